import { BatchRefusedError, ThrottledError, ZoneBusyError } from '../functions/domain/words/errors.ts';
import type { Change } from '../functions/domain/zone/change.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';

const ATTEMPTS = 5;
/** Milliseconds until the second attempt; each further one waits twice as long. */
const FIRST_PAUSE = 1_000;

/**
 * Sends one change batch by order of a person, waiting while Route 53 is busy with another one.
 *
 * @throws UsageError when the zone is not as it was read
 */
export async function changeZone({ zone, io }: Context, changes: readonly Change[], order: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await zone.change(changes, `ecs-service-discovery-dns ${order}`);
      return;
    } catch (fault) {
      if (fault instanceof BatchRefusedError) {
        throw new UsageError(
          `the zone is not as it was read a moment ago, nothing of this was changed; try again: ${fault.message}`,
        );
      }
      const busy = fault instanceof ZoneBusyError || fault instanceof ThrottledError;
      if (!busy || attempt === ATTEMPTS) throw fault;
    }
    await io.pause(FIRST_PAUSE * 2 ** (attempt - 1));
  }
}
