import type { Happens } from './chaos.ts';
import type { Rolling } from './rolling.ts';
import type { Stage } from './stage.ts';
import type { Shifting } from './traits.ts';

/** Rounds in which a deployment ends once nothing disturbs it any more: the later ones are longer, for a negative TTL. */
const ROUNDS = 60;
const ROUND = 15_000;
const LATE = 20;

/** Blue stands and serves, unless the history begins with its deployment. */
export async function prepareShift(play: Stage, rolling: Rolling, { fromScratch }: Shifting): Promise<void> {
  if (!fromScratch) {
    for (let count = 0; count < 5; count += 1) {
      while (rolling.start());
      await rolling.advance();
    }
    play.launch(play.ours, { trigger: 'schedule' }, 'ours-published');
    await play.rest();
    play.outbox.length = 0;
  }
  rolling.hooked();
}

/** Everything that may happen while a service is deployed. */
export const shiftsHappen: Happens = async (dice, play, { counts, traits }) => {
  const { random, chance, rolling, outbox, gate, someone } = play;
  if (!rolling) return false;
  if (dice < 0.12) {
    await gate.advance(Math.floor(random() * 12_000));
    play.advanceDeployments();
  } else if (dice < 0.2) play.act('start', rolling.start());
  else if (dice < 0.23) play.act('stop', rolling.stop());
  else if (dice < 0.25) play.act('end', rolling.end());
  else if (dice < 0.255) play.act('fail', rolling.fail());
  else if (dice < 0.3 && outbox.length > 0) play.deliver();
  else if (dice < 0.315) play.act('deploy', (!rolling.isUnderWay || chance(0.15)) && rolling.deploy());
  else if (dice < 0.32) play.act('roll back', rolling.roll());
  else if (dice < 0.325) play.act('person', await someone.edit());
  else if (dice < 0.335) {
    const isHidden = chance(0.4);
    play.hideDeployments(isHidden);
    play.act(isHidden ? 'hide' : 'show', true);
  } else if (dice < 0.36) {
    if (counts.fulls >= traits.fulls) return false;
    counts.fulls += 1;
    play.launch(play.ours, { trigger: 'schedule' }, `ours-${counts.fulls}`);
  } else return false;
  return true;
};

/** The deployment that is under way comes to its end, as do its tasks; full runs alone would do. */
export async function comeThrough(play: Stage, rolling: Rolling): Promise<void> {
  const { gate, violations, outbox } = play;
  play.calmDown();
  play.hideDeployments(false);
  for (let round = 0; round < ROUNDS; round += 1) {
    while (rolling.end());
    while (rolling.start());
    while (rolling.stop());
    while (outbox.length > 0) play.deliver();
    play.advanceDeployments();
    await play.rest();
    if (!rolling.isUnderWay && rolling.tasks.every(({ stoppedAt, ended }) => ended || stoppedAt === undefined)) break;
    await gate.advance(round < LATE ? ROUND : 6 * ROUND);
    if (round % 3 === 2) play.launch(play.ours, { trigger: 'schedule' }, `ours-through-${round}`);
  }
  if (rolling.isUnderWay) violations.push(`a deployment does not end: ${rolling.moments.at(-1)?.state}`);
}

/** What a run tells the bus of a service that has moved was so at some moment since it began. */
export function tellsOfShift(name: string, { ours, shifts, launchedAt, violations }: Stage): void {
  const told = ours.announced.some(
    ({ detailType, detail }) => detailType === 'Traffic Shifted' && Reflect.get(detail, 'execution') === name,
  );
  if (told && !shifts?.wasShifted(launchedAt(name))) violations.push(`${name} tells of a shift that nobody has seen`);
}
