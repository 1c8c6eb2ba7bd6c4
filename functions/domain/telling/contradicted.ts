import { srvText } from '../dns/srv.ts';
import type { NamePlan } from '../plan/name-plan.ts';

/** For people: values that stay since the answers contradict each other; nothing where none does. */
export function contradictionFindings(names: readonly Pick<NamePlan, 'name' | 'stays'>[]): readonly string[] {
  const held = names.flatMap(({ name, stays }) =>
    stays.filter(({ reason }) => reason === 'held-contradiction').map(({ value }) => `${name} ${srvText(value)}`),
  );
  const [first] = held;
  if (first === undefined) return [];
  return [
    `values that stay since ECS contradicts itself: ${held.length}, first ${first}: its lists lack their tasks, which run, or its answers lack what these declare`,
  ];
}
