import { connect } from 'node:net';
import { delay } from '../../../test/stand-ins/timers.ts';
import type { RunningTask } from './task-runner.ts';
import type { TaskTrouble } from './trouble.ts';

/** A task that listens by then has started as services do, milliseconds. */
const PATIENCE = 5_000;
/** Between two looks, milliseconds. */
const LOOK = 250;

/**
 * Looks whether anybody listens where the task was told to, and says once when nobody does in time: a service that
 * listens on a port of its own choice runs, and is never found.
 *
 * @returns what ends it
 */
export function watchPort(
  { family, id, address, port }: RunningTask,
  onTrouble: (trouble: TaskTrouble) => void,
): () => void {
  let isOver = false;
  let cancel = (): void => {};
  const look = (left: number): void => {
    const socket = connect(port, address);
    const next = (): void => {
      socket.destroy();
      if (isOver) return;
      if (left > 0) cancel = delay(LOOK, () => look(left - LOOK));
      else {
        const what = `runs, but nothing listens at ${address}:${port}`;
        const advice = 'listen on its variables: server.listen(process.env.PORT, process.env.HOST)';
        onTrouble({ family, id, what, said: [], advice });
      }
    };
    socket.setTimeout(LOOK, next);
    socket.once('error', next);
    socket.once('connect', () => socket.destroy());
  };
  look(PATIENCE);
  return () => {
    isOver = true;
    cancel();
  };
}
