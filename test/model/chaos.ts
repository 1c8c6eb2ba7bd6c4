import { prepareShift, shiftsHappen } from './shift-course.ts';
import type { Stage } from './stage.ts';
import type { Kind, Named, Traits } from './traits.ts';

/** Scheduler steps of the part in which everything may happen. */
const CHAOS = 120;
/** The same of a service that is deployed: stages take their time. */
const SHIFTS = 400;
/** Milliseconds after which a start grace is over, and after which a marked address may be deleted. */
const GRACE = 61_000;
const HOUR = 3_600_000;
/** How often an address changes hands in a history: another time hides what the ones before it have left. */
const HAND_OVERS = 4;
/** How often, of the steps of a history with pauses, somebody orders or ends one. */
const ORDERED = 0.06;
/** How often, of the steps of a history with such names, a host drains or comes back, and the neighbour edits. */
const DRAINS = 0.04;
const EDITED = 0.05;

/** What came before, for histories whose rare moments need it. */
export async function prepare(play: Stage, { kind, shifting }: Traits): Promise<void> {
  const { tasks, chance, gate, outbox } = play;
  if (play.rolling && shifting) return prepareShift(play, play.rolling, shifting);
  const full = async (name: string) => {
    play.launch(play.ours, { trigger: 'schedule' }, name);
    await play.rest();
  };
  if (kind === 'retiring') {
    for (let count = 0; count < 3; count += 1) tasks.start();
    await full('ours-published');
    for (const what of [tasks.stop, tasks.end]) while (what());
    await full('ours-removed');
    if (chance(0.5)) await full('ours-marked');
    if (chance(0.8)) await gate.advance(HOUR);
    outbox.length = 0;
  }
  if (kind === 'reusing') {
    for (let count = 0; count < 2; count += 1) tasks.start();
    await full('ours-published');
    outbox.length = 0;
  }
  if (kind === 'stopping') {
    for (let count = 0; count < 4; count += 1) tasks.start();
    await full('ours-published');
    await gate.advance(GRACE);
    outbox.length = 0;
  }
}

/** Everything that may happen, between any two calls of whoever runs. */
export async function chaos(play: Stage, traits: Traits): Promise<void> {
  const { random, gate } = play;
  const counts = { fulls: 0, greens: 0, handOvers: 0 };
  for (let step = 0; step < (traits.shifting ? SHIFTS : CHAOS); step += 1) {
    const dice = random();
    await play.startAsked();
    if (traits.pausing && play.chance(ORDERED)) play.act('order', play.pausing.order());
    if (traits.named && (await namesHappen(play, traits.named))) continue;
    if (await HAPPENS[traits.kind](dice, play, { counts, traits })) continue;
    if (gate.ready > 0) await gate.letPass(Math.floor(random() * gate.ready));
    else if (gate.nextDue !== undefined && gate.nextDue - gate.now() < 15_000)
      await gate.advance(gate.nextDue - gate.now());
    else if (gate.calls > 0) await gate.letPass(Math.floor(random() * gate.calls));
  }
}

/** What happens only to names beyond one for each port; false: something else does. */
async function namesHappen(play: Stage, { draining }: Named): Promise<boolean> {
  const dice = play.random();
  if (draining && dice < DRAINS) {
    play.tasks.drain(Math.floor(play.random() * 2));
    play.act('drain', true);
    return true;
  }
  if (dice > 1 - EDITED && play.neighbour) {
    play.act('neighbour', await play.neighbour.edit());
    return true;
  }
  return false;
}

export interface Course {
  readonly counts: { fulls: number; greens: number; handOvers: number };
  readonly traits: Traits;
}
/** Something happens, or false: then a call goes on. */
export type Happens = (dice: number, play: Stage, course: Course) => Promise<boolean>;

export function beginFull(play: Stage, { counts, traits }: Course): boolean {
  if (counts.fulls >= traits.fulls) return false;
  counts.fulls += 1;
  play.launch(play.ours, { trigger: 'schedule' }, `ours-${counts.fulls}`);
  return true;
}

function beginGreen(play: Stage, { counts, traits }: Course): boolean {
  if (!traits.shared || counts.greens >= 2) return false;
  counts.greens += 1;
  play.launch(play.green, {}, `green-${counts.greens}`);
  return true;
}

const HAPPENS: Readonly<Record<Kind, Happens>> = {
  async mixed(dice, play, course) {
    const { random, chance, tasks, outbox, someone, gate } = play;
    const { traits } = course;
    // The next task on the same port, while the change that the last one caused is on its way.
    if (play.held > 0 && chance(0.06)) play.act('take over', tasks.takeOver());
    if (dice < 0.05) play.act('start', tasks.start());
    else if (dice < 0.08) play.act('stop', tasks.stop());
    else if (dice < 0.1) play.act('end', tasks.end());
    else if (dice < 0.13) play.act('take over', tasks.takeOver());
    else if (dice < 0.145) play.act('replace', [tasks.stop(), tasks.end(), tasks.start()].includes(true));
    else if (dice < 0.19 && outbox.length > 0) play.deliver();
    else if (dice < 0.205) play.act('person', traits.named?.alias !== 'weighted' && (await someone.edit()));
    else if (dice < 0.22 && beginFull(play, course)) return true;
    else if (dice < 0.235 && beginGreen(play, course)) return true;
    else if (dice < 0.255) await gate.advance(Math.floor(random() * 2_000));
    else if (dice < 0.285) play.act('fail', tasks.fail());
    else return false;
    return true;
  },
  async reusing(dice, play, course) {
    const { random, chance, tasks, outbox, gate } = play;
    const handOver = () => {
      course.counts.handOvers += 1;
      play.act('hand over', tasks.handOver(chance(0.3)));
    };
    const few = course.counts.handOvers < HAND_OVERS;
    if (few && play.held > 0 && chance(0.1)) {
      handOver();
      for (let count = 0; count < 3 && outbox.length > 0; count += 1) play.deliver();
    }
    if (few && dice < 0.03) handOver();
    else if (dice < 0.04) play.act('stop', tasks.stop());
    else if (dice < 0.05) play.act('end', tasks.end());
    else if (dice < 0.06) play.act('start', tasks.start());
    else if (dice < 0.2 && outbox.length > 0) play.deliver();
    else if (dice < 0.24 && beginFull(play, course)) return true;
    else if (dice < 0.245 && beginGreen(play, course)) return true;
    else if (dice < 0.26) await gate.advance(Math.floor(random() * 2_000));
    else return false;
    return true;
  },
  async retiring(dice, play, course) {
    const { random, chance, tasks, outbox, gate } = play;
    // A task that is gone again before the run that has seen it writes anything: nobody else knows of its address.
    if (play.held > 0 && chance(0.06)) play.act('leave', [tasks.stop(), tasks.end()].includes(true));
    if (course.counts.fulls === 0 && chance(0.2)) return beginFull(play, course);
    if (dice < 0.05) play.act('start', tasks.start());
    else if (dice < 0.06) play.act('stop', tasks.stop());
    else if (dice < 0.07) play.act('hand over', tasks.handOver());
    else if (dice < 0.2 && outbox.length > 0) play.deliver();
    else if (dice < 0.25 && beginFull(play, course)) return true;
    else if (dice < 0.26) await gate.advance(Math.floor(random() * 2_000));
    else return false;
    return true;
  },
  shifting: shiftsHappen,
  async stopping(dice, play, course) {
    const { chance, tasks, outbox, gate, ours, someone } = play;
    const cause = { state: 'failing', cause: 'connection refused' } as const;
    if (dice < 0.05) play.act('start', tasks.start());
    else if (dice < 0.08) {
      const task = tasks.tasks[Math.floor(play.random() * tasks.tasks.length)];
      if (!task) return false;
      if (chance(0.7)) ours.health.set(`${task.address}:${task.port}`, cause);
      else ours.health.delete(`${task.address}:${task.port}`);
    } else if (dice < 0.1) await gate.advance(GRACE);
    else if (dice < 0.14 && outbox.length > 0) play.deliver();
    else if (dice < 0.19 && beginFull(play, course)) return true;
    else if (dice < 0.2) play.act('wipe', await someone.wipe());
    else return false;
    return true;
  },
};
