/** What was asked for besides the bench's name; each bench takes of it what it knows. */
export interface Asked {
  /** Which of its sizes, where it has several. */
  readonly sizes?: readonly string[];
  /** Whether the page that states its figures is written anew. */
  readonly write?: boolean;
  /** Whether it fails for what is not reached yet. */
  readonly strict?: boolean;
}

export type Rows = readonly Readonly<Record<string, number | string>>[];

/** What a bench has found out. */
export interface Result {
  /** Whether every limit that the bench states is kept. */
  readonly ok: boolean;
  /** For machines: top-level members of the JSON, times in seconds unless the name says otherwise. */
  readonly figures: Readonly<Record<string, number | string | boolean>>;
  /** For people: one row a measurement; the first row's members are the columns. */
  readonly rows: Rows;
  /** More of them, each with columns of its own. */
  readonly tables?: readonly { readonly title: string; readonly rows: Rows }[];
  /** Where the time went, what was not kept; one line each. */
  readonly notes?: readonly string[];
  /** Further members of the JSON, of whatever shape. */
  readonly machine?: Readonly<Record<string, unknown>>;
}

/** One measurement behind figures that we state; bounded in time and in what it starts. */
export interface Bench {
  /** As it is called: `npm run bench -- <name>`. */
  readonly name: string;
  /** What is measured, and about how long it takes; one line. */
  readonly describe: string;
  run(asked?: Asked): Promise<Result>;
}
