import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Around, InMemoryCall } from '../../stand-ins/in-memory-client.ts';

/** Where the answer of a call stands in a transcript's file. */
interface Noted {
  readonly question: string;
  readonly operation: string;
  readonly failed: boolean;
  readonly at: number;
  readonly bytes: number;
}

/** One call of a function: what it was given, what it asked and what it was told. */
interface Transcript {
  readonly payload: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly notes: readonly Noted[];
}

type Outcome = { readonly answer: object } | { readonly fault: unknown };

/** A call of a function whose answers are being written down. */
export interface Writing {
  note(call: InMemoryCall, outcome: Outcome): void;
  /** Its end; what failed, and what was told less than an earlier one, is not kept. */
  end(succeeded: boolean): void;
}

/** What a sandbox asks for once in its life: a call that is done again in a new one asks for it too. */
const REMEMBERED: ReadonlySet<string> = new Set(['DescribeTaskDefinition', 'DescribeSubnets', 'GetHostedZone']);

/** Writes down what functions are told; of each the call that was told most is kept. */
export class Transcripts {
  readonly #folder: string;
  readonly #largest = new Map<string, { readonly path: string; readonly bytes: number }>();
  readonly #common: Pages;
  readonly #remembered = new Set<string>();
  #begun = 0;

  /** @param folder that exists and is nobody else's */
  constructor(folder: string) {
    this.#folder = folder;
    this.#common = new Pages(join(folder, 'common'));
  }

  begin(step: string, payload: unknown, now: number): Writing {
    this.#begun += 1;
    const path = join(this.#folder, `${step}-${this.#begun}`);
    const pages = new Pages(path);
    let ended = false;
    return {
      note: (call, outcome) => {
        // What was still under way when the function failed.
        if (ended) return;
        pages.add(call, outcome);
        const question = questionOf(call);
        if ('fault' in outcome || !REMEMBERED.has(call.operation) || this.#remembered.has(question)) return;
        this.#remembered.add(question);
        this.#common.add(call, outcome);
      },
      end: (succeeded) => {
        ended = true;
        const before = this.#largest.get(step);
        if (!succeeded || (before && before.bytes >= pages.bytes)) return pages.tearUp();
        if (before) for (const old of [before.path, `${before.path}.json`]) rmSync(old);
        pages.close({ payload, now });
        this.#largest.set(step, { path, bytes: pages.bytes });
      },
    };
  }

  /** Nothing more is written; what is kept can be read. */
  close(): void {
    this.#common.close({ payload: undefined, now: 0 });
  }

  /** By function. */
  get kept(): ReadonlyMap<string, { readonly path: string; readonly bytes: number }> {
    return this.#largest;
  }
}

/** A file of answers, and where each stands in it. */
class Pages {
  bytes = 0;
  readonly #path: string;
  readonly #file: number;
  readonly #notes: Noted[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w');
  }

  add(call: InMemoryCall, outcome: Outcome): void {
    const failed = 'fault' in outcome;
    const told = serialize(failed ? asFields(outcome.fault) : outcome.answer);
    writeSync(this.#file, told);
    const { operation } = call;
    this.#notes.push({ question: questionOf(call), operation, failed, at: this.bytes, bytes: told.length });
    this.bytes += told.length;
  }

  close(about: Omit<Transcript, 'notes'>): void {
    closeSync(this.#file);
    writeFileSync(`${this.#path}.json`, JSON.stringify({ ...about, notes: this.#notes } satisfies Transcript));
  }

  tearUp(): void {
    closeSync(this.#file);
    rmSync(this.#path);
  }
}

/** A transcript that is read again: the same answers to the same questions, read from the file as they are asked for. */
export function readTranscript(path: string): Pick<Transcript, 'payload' | 'now'> & { readonly around: Around } {
  const { payload, now, notes } = contentsOf(path);
  const commonPath = join(dirname(path), 'common');
  const sources = [readerOf(path, notes), readerOf(commonPath, contentsOf(commonPath).notes)];
  const around: Around = async (call) => {
    const found =
      sources.map((source) => source.exact(call)).find(Boolean) ??
      sources.map((source) => source.like(call)).find(Boolean);
    if (!found) throw new Error(`nothing is known of this ${call.operation}`);
    const told = found.read();
    if (found.failed) throw Object.assign(new Error(told.message), told);
    return told;
  };
  return { payload, now, around };
}

/** The answers in one file. The same question is answered as often as it was asked, then as it was the last time. */
function readerOf(path: string, notes: readonly Noted[]) {
  const file = openSync(path, 'r');
  const byQuestion = Map.groupBy(notes, ({ question }) => question);
  const byOperation = Map.groupBy(notes, ({ operation }) => operation);
  const next = (among: Noted[] | undefined) => (among && among.length > 1 ? among.shift() : among?.[0]);
  const opened = (note: Noted | undefined) =>
    note && {
      failed: note.failed,
      read: () => {
        const bytes = Buffer.alloc(note.bytes);
        readSync(file, bytes, 0, note.bytes, note.at);
        return deserialize(bytes);
      },
    };
  return {
    exact: (call: InMemoryCall) => opened(next(byQuestion.get(questionOf(call)))),
    like: ({ operation }: InMemoryCall) => opened(next(byOperation.get(operation))),
  };
}

const contentsOf = (path: string): Transcript => JSON.parse(readFileSync(`${path}.json`, 'utf8'));

/** Of what is written only where it goes: it may say when, or by whom. */
function questionOf({ operation, input }: InMemoryCall): string {
  const { Body: _, ...rest } = input as { readonly Body?: unknown };
  return `${operation} ${JSON.stringify(rest)}`;
}

function asFields(fault: unknown): object {
  const { name, message, $fault, $metadata } = fault as Error & {
    readonly $fault?: string;
    readonly $metadata?: object;
  };
  return { name, message, $fault, $metadata };
}
