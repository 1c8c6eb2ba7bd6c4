import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { printable } from '../../functions/domain/words/text.ts';

const HASH = /^[0-9a-f]+$/;

/** The hash of what a run holds, as `approve` takes it. Outcomes of earlier versions have none. */
export const heldHashOf = ({ heldHash }: Pick<KeptOutcome, 'heldHash'> = {}): string | undefined =>
  heldHash !== undefined && HASH.test(heldHash) ? heldHash : undefined;

/**
 * Why an execution did not do all that it was to do, in a line: what is held is said for this command, not for consoles.
 * Outcomes of earlier versions have no hash.
 */
export function failureText(
  error: string,
  cause: string,
  outcome?: Pick<KeptOutcome, 'held' | 'heldHash' | 'ours'>,
): string {
  const heldHash = heldHashOf(outcome);
  if (error !== 'RemovalsHeldError' || heldHash === undefined)
    return printable([error, cause].filter((part) => part !== '').join(': '));
  const { held = [], ours } = outcome ?? {};
  const what = `${held.length} of ${ours} values would be removed without an explanation and are held`;
  return printable(
    `${error}: ${what}; everything else was applied. If they are really gone: ecssd approve ${heldHash}`,
  );
}
