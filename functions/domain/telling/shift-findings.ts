import type { Judged } from '../health/judged.ts';
import type { NamePlan } from '../plan/name-plan.ts';

/** Services that are spelled out; the rest is counted. */
const SHOWN = 10;

/**
 * What a person should know of deployments that are shifted by DNS, one sentence for each service: that values which are
 * to leave stay, that instances wait at a name where nothing stands, or that nobody can tell whether tasks serve, since
 * they fit no revision or ECS could not tell.
 */
export function shiftFindings(
  names: readonly Pick<NamePlan, 'name' | 'stays' | 'leftOut'>[],
  judged: readonly Judged[],
): readonly string[] {
  const held = names.flatMap(({ stays }) =>
    stays.flatMap(({ reason, claim, detail }) =>
      reason === 'held-shift' && claim?.shift && claim.shift.share !== 'unknown'
        ? [{ service: claim.shift.service, why: detail ?? '' }]
        : [],
    ),
  );
  const unknown = judged.flatMap(({ claim: { task, shift } }) =>
    shift?.share === 'unknown' ? [{ service: shift.service, task, why: shift.state ?? '' }] : [],
  );
  const waiting = names.flatMap(({ name, stays, leftOut }) =>
    leftOut.flatMap(({ reason, claim: { shift } }) =>
      stays.length === 0 && reason === 'awaiting-shift' && shift?.share === 'none' && !shift.isTest
        ? [{ service: shift.service, name, why: shift.state ?? '' }]
        : [],
    ),
  );
  const services = new Set([...held, ...waiting, ...unknown].map(({ service }) => service));
  const told = [...services].sort().map((service) => {
    const isIts = (one: { readonly service: string }) => one.service === service;
    const [stay, wait, lost] = [held.filter(isIts), waiting.filter(isIts), unknown.filter(isIts)];
    const tasks = new Set(lost.map(({ task }) => task)).size;
    const said = [
      ...(stay.length > 0 ? [`${stay.length} held-shift${why(stay)}`] : []),
      ...(wait[0] ? [`nothing stands at ${wait[0].name}, ${wait.length} awaiting-shift${why(wait)}`] : []),
      ...(tasks > 0
        ? [`nobody can tell whether ${tasks} of its tasks ${tasks === 1 ? 'serves' : 'serve'}${why(lost)}`]
        : []),
    ];
    return `service ${service.split('/').at(-1)} waits in its deployment: ${said.join('; ')}`;
  });
  const more = told.length - SHOWN;
  return more > 0 ? [...told.slice(0, SHOWN), `${more} more services wait in their deployments`] : told;
}

/** The first of what is said of them. */
function why(all: readonly { readonly why: string }[]): string {
  const first = all.map((one) => one.why).sort()[0] ?? '';
  return first === '' ? '' : ` (${first})`;
}
