import { printable } from '../../functions/domain/words/text.ts';

/** Why an execution did not do all that it was to do, in a line: what the cause says for consoles is said for this command. */
export function failureText(error: string, cause: string): string {
  const [, hash] = /"approve":"([0-9a-f]+)"/.exec(cause) ?? [];
  if (error !== 'RemovalsHeldError' || hash === undefined)
    return printable([error, cause].filter((part) => part !== '').join(': '));
  const [first = cause] = cause.split(/(?<=\.) (?=First: )/);
  return `${error}: ${printable(first)} If they are really gone: ecssd approve ${hash}`;
}
