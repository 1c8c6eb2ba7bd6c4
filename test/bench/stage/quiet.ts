import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetTask } from './fleet.ts';
import type { Stage } from './stage.ts';
import { differences } from './zone-check.ts';

const PAUSE_MS = 100;
/** A trigger that is under way has queued its message by then. */
const LOOKS = 3;

/**
 * Waits until the zone is what the tasks ask for and all is quiet.
 *
 * @throws Error that says what is missing when the signal aborts
 */
export async function untilInSync(stage: Stage, tasks: () => readonly FleetTask[], signal: AbortSignal): Promise<void> {
  for (;;) {
    const missing = differences(stage, tasks());
    if (missing.length === 0) break;
    if (signal.aborted) throw new Error(`the time is up: ${missing.length} differences, first ${missing[0]}`);
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  await untilQuiet(stage, signal);
}

/**
 * Waits until no execution runs and no message waits, several times in a row.
 *
 * @throws Error that says what still goes on when the signal aborts
 */
export async function untilQuiet(stage: Stage, signal: AbortSignal): Promise<void> {
  const queue = stage.deployment.queues.find(({ attributes }) => 'RedrivePolicy' in attributes);
  if (!queue) throw new Error('the deployment has no event queue');
  for (let looks = 0; looks < LOOKS; ) {
    const running = [...stage.executions.values()].filter(({ status }) => status === 'RUNNING').length;
    const waiting = stage.cloud.sqs.admin.peek(queue.name).length;
    looks = running + waiting === 0 ? looks + 1 : 0;
    if (signal.aborted) throw new Error(`${running} executions run and ${waiting} messages wait when the time is up`);
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
