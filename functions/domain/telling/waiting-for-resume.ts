import { type Disposition, WITHHELD } from '../words/reason.ts';
import { type Pause, pauseSentence } from '../zone/pause.ts';

/** How many values come and go once the deployment is resumed, as far as a run that only planned knows. */
export function waitingForResume(dispositions: readonly Disposition[]) {
  const { published, leftOut } = WITHHELD.paused;
  return {
    toPublish: dispositions.filter(({ outcome, reason }) => outcome === 'left-out' && reason === leftOut).length,
    toRemove: dispositions.filter(({ outcome, reason }) => outcome === 'published' && reason === published).length,
  };
}

/**
 * For people: that a run has only planned, since when and why, and what waits for the end of the pause.
 *
 * @param dispositions of the run; undefined where it has planned nothing
 */
export function pausedFinding(paused: Pause, dispositions: readonly Disposition[] | undefined): string {
  if (!dispositions) return `${pauseSentence(paused)}: runs only plan and report until ecssd resume`;
  const { toPublish, toRemove } = waitingForResume(dispositions);
  const changes = toPublish + toRemove;
  const waits = `${changes} ${changes === 1 ? 'change waits' : 'changes wait'} (${toPublish} to publish, ${toRemove} to remove)`;
  return `${pauseSentence(paused)}: ${waits} for ecssd resume`;
}
