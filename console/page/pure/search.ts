import type { HostTask, HostView, Mark, NameRow } from '../../views.ts';
import { signOf } from './marks.ts';

/** What a person looks for. */
export interface Wanted {
  /** Words, each of which must be found somewhere; case does not matter. */
  readonly text: string;
  /** At least one instance in one of these; none chosen: all. */
  readonly marks: readonly Mark[];
}

export const NOTHING_WANTED: Wanted = { text: '', marks: [] };

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

const hasAll = (words: readonly string[], text: string): boolean => {
  const low = text.toLowerCase();
  return words.every((word) => low.includes(word));
};

export function namesWanted(rows: readonly NameRow[], { text, marks }: Wanted): readonly NameRow[] {
  const words = wordsOf(text);
  const letters = marks.map((mark) => signOf(mark).letter);
  if (words.length === 0 && letters.length === 0) return rows;
  return rows.filter(
    (row) => hasAll(words, row.name) && (letters.length === 0 || letters.some((letter) => row.marks.includes(letter))),
  );
}

/** A line of the list of hosts: a host, or a task under it. */
export type HostRow =
  | { readonly host: HostView; readonly shown: number }
  | { readonly task: HostTask; readonly host: HostView };

/** Each host with those of its tasks that are looked for; a host that is itself found shows all of them. */
export function hostRowsWanted(hosts: readonly HostView[], { text, marks }: Wanted): readonly HostRow[] {
  const words = wordsOf(text);
  return hosts.flatMap((host): HostRow[] => {
    const about = [host.id, host.address, host.kind, host.status, host.cluster].join(' ');
    const tasks = host.tasks.filter(
      (task) =>
        (words.length === 0 || hasAll(words, `${about} ${aboutTask(task)}`)) &&
        (marks.length === 0 || task.ports.some(({ mark }) => marks.includes(mark))),
    );
    const found = tasks.length > 0 || (marks.length === 0 && hasAll(words, about));
    return found ? [{ host, shown: tasks.length }, ...tasks.map((task) => ({ task, host }))] : [];
  });
}

const aboutTask = ({ id, arn, service, status, ports }: HostTask): string =>
  [id, arn, service, status, ...ports.map(({ name, reason }) => `${name} ${reason}`)].join(' ');
