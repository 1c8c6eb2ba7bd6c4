import { printable } from '../../functions/domain/words/text.ts';

/** A state of a definition in the Amazon States Language. */
export interface MachineState {
  readonly id: string;
  readonly kind: string;
  /** The Map or Parallel state in which it stands. */
  readonly inside?: string;
}

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** Only a fault goes this way. */
  readonly caught?: boolean;
}

export interface Machine {
  readonly states: readonly MachineState[];
  readonly ways: readonly Way[];
}

/** States that are drawn: ours has some forty, whoever else's is cut. */
const MOST_STATES = 300;
const MOST_WAYS = 600;
const MOST_LABEL = 40;

type Part = Readonly<Record<string, unknown>>;

/** The states of a definition and the ways between them; nothing of what cannot be read. */
export function machineOf(definition: string): Machine {
  const states: MachineState[] = [];
  const ways: Way[] = [];
  const known = new Set<string>();
  const read = (level: unknown, inside: string | undefined): void => {
    for (const [id, given] of Object.entries(asPart(asPart(level).States))) {
      if (states.length >= MOST_STATES) return;
      if (known.has(id)) continue; // every name is once in a definition; in one that cannot be, the first
      known.add(id);
      const state = asPart(given);
      states.push({ id, kind: textOf(state.Type), ...(inside !== undefined && { inside }) });
      ways.push(...waysOf(id, state));
      for (const part of [state.ItemProcessor, state.Iterator, ...asList(state.Branches)]) read(part, id);
    }
  };
  read(parsed(definition), undefined);
  const between = joined(ways.filter(({ from, to }) => known.has(from) && known.has(to)));
  return { states, ways: between.slice(0, MOST_WAYS) };
}

function waysOf(from: string, state: Part): readonly Way[] {
  const to = (next: unknown, label?: string): Way[] =>
    typeof next === 'string' ? [{ from, to: next, ...(label !== undefined && { label }) }] : [];
  return [
    ...to(state.Next),
    ...asList(state.Choices).flatMap((choice) => to(asPart(choice).Next, conditionOf(asPart(choice)))),
    ...to(state.Default, 'otherwise'),
    ...asList(state.Catch).flatMap((one) =>
      to(asPart(one).Next, faultsOf(asPart(one))).map((way) => ({ ...way, caught: true })),
    ),
  ];
}

/** Several ways between the same two states are one, with the labels of all. */
function joined(ways: readonly Way[]): readonly Way[] {
  const groups = Map.groupBy(ways, ({ from, to }) => JSON.stringify([from, to]));
  return [...groups.values()].flatMap((all): Way[] => {
    const [first] = all;
    if (!first) return [];
    const labels = [...new Set(all.flatMap(({ label }) => label ?? []))].join(', ');
    const caught = all.every((way) => way.caught === true);
    const label = labels !== '' && { label: printable(labels, MOST_LABEL) };
    return [{ from: first.from, to: first.to, ...label, ...(caught && { caught }) }];
  });
}

const faultsOf = ({ ErrorEquals }: Part) => {
  const errors = asList(ErrorEquals).map(textOf);
  return errors.includes('States.ALL') ? 'on any error' : `on ${errors.join(', ')}`;
};

/** What a choice wants, as far as that fits a label: the value that it compares with. */
function conditionOf(choice: Part): string {
  const [, value] = Object.entries(choice).find(([key]) => /Equals|GreaterThan|LessThan/.test(key)) ?? [];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const variable = textOf(choice.Variable).split('.').at(-1) ?? '';
  return typeof value === 'boolean' ? `${value ? '' : 'not '}${variable}` : 'if so';
}

function parsed(definition: string): unknown {
  try {
    return JSON.parse(definition);
  } catch {
    return {};
  }
}

const asPart = (value: unknown): Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
