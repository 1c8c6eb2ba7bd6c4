import type { EcsAdmin } from '../../../test/stand-ins/ecs.ts';
import { delay } from '../../../test/stand-ins/timers.ts';

/**
 * Moves deployments by stages on, as ECS does: whenever their service or its tasks change, and when their time has come.
 *
 * @returns what ends it; the call of a hook that is under way is not waited for
 */
export function moveDeployments(admin: EcsAdmin): () => void {
  const timers = new Map<string, () => void>();
  let isClosed = false;
  const move = async (service: string): Promise<void> => {
    const due = await admin.advanceDeployments(service);
    if (isClosed) return;
    timers.get(service)?.();
    timers.delete(service);
    if (due !== undefined) {
      const cancel = delay(Math.max(0, due - Date.now()), () => void move(service));
      timers.set(service, cancel);
    }
  };
  // Not within somebody else's change.
  const soon = (service: string): void => queueMicrotask(() => void (isClosed || move(service)));
  const stopListening = [
    admin.onServiceChange(({ serviceArn = '' }) => soon(serviceArn)),
    admin.onTaskChange(({ detail: { clusterArn, group } }) => {
      const [kind, name] = group?.split(':') ?? [];
      if (kind === 'service') soon(`${clusterArn.replace(':cluster/', ':service/')}/${name}`);
    }),
  ];
  return () => {
    isClosed = true;
    for (const stop of stopListening) stop();
    for (const cancel of timers.values()) cancel();
  };
}
