/** What a bench has found out. */
export interface Result {
  /** Whether every limit that the bench states is kept. */
  readonly ok: boolean;
  /** For machines: top-level members of the JSON, times in seconds unless the name says otherwise. */
  readonly figures: Readonly<Record<string, number | string | boolean>>;
  /** For people: one row a measurement; the first row's members are the columns. */
  readonly rows: readonly Readonly<Record<string, number | string>>[];
  /** Where the time went, what was not kept; one line each. */
  readonly notes?: readonly string[];
}

/** One measurement behind figures that we state; bounded in time and in what it starts. */
export interface Bench {
  /** As it is called: `npm run bench -- <name>`. */
  readonly name: string;
  /** What is measured, and about how long it takes; one line. */
  readonly describe: string;
  run(): Promise<Result>;
}
