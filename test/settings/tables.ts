import { ROWS, type Setting } from '../../functions/contracts/settings.ts';
import { allowedOf } from '../../infra/given.ts';
import { OUTPUTS } from '../../infra/outputs.ts';
import { DOCSTRINGS } from './docstrings.ts';

/** The tables of docs/settings.md by the name of their region, as the rows, the props and the outputs have them. */
export const TABLES: Readonly<Record<string, () => string>> = {
  context: () =>
    table(
      ['key', 'type', 'default', 'allowed', 'meaning'],
      ROWS.filter(([, { context }]) => context !== false).map(([name, setting]) => [
        code(name),
        (setting.inContext ?? setting.kind).type,
        defaultInContext(setting),
        allowedInContext(setting),
        setting.says,
      ]),
    ),
  props: () =>
    table(
      ['prop', 'type', 'default', 'allowed', 'meaning'],
      [...DOCSTRINGS].map(([name, { type, byDefault, says }]) => [
        code(name),
        code(typeOf(name, type)),
        byDefault === undefined ? 'has to be given' : byDefault.startsWith('- ') ? byDefault.slice(2) : code(byDefault),
        shortened(allowedOf(name)),
        firstSentence(says),
      ]),
    ),
  outputs: () =>
    table(
      ['output', 'there is one', 'is'],
      Object.entries<{ readonly says: string; readonly where?: string }>(OUTPUTS).map(
        ([name, { says, where = 'always' }]) => [code(name), where, says],
      ),
    ),
};

const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function defaultInContext({ byDefault, otherwise = '', parameter, unit }: Setting<unknown>): string {
  if (parameter) return `parameter ${code(parameter.name)}`;
  if (byDefault === undefined) return otherwise;
  return `${code(String(byDefault))}${unit === 'seconds' || unit === 'days' ? ` ${unit}` : ''}`;
}

const allowedInContext = ({ kind, inContext = kind }: Setting<unknown>) => shortened(inContext.want);

/** The middle of a long list is left out. */
const shortened = (want: string) =>
  want.replace(/((?:\d+ or ){4}).*( or [a-z]+)(?=$|,)/, (_, first, last) => `${first.replace(/ or $/, '')} …${last}`);

/** Aliases of choices as what they stand for. */
function typeOf(prop: string, type: string): string {
  const { kind } = ROWS.find(([name]) => name === prop)?.[1] ?? {};
  if (kind?.type !== 'choice' || !/^(AddressFamily|Routing|BeyondCapacity|Value<.*>)$/.test(type)) return type;
  return (kind.choices ?? []).map((choice) => `'${choice}'`).join(' | ');
}

/** Ends with its full stop; what follows says more than a table has room for. */
const firstSentence = (says: string) => /^.*?[^.]\.(?= |$)/.exec(says)?.[0] ?? says;
