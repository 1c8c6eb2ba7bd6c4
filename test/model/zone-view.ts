import { addressOf } from '../../functions/domain/dns/ownership.ts';
import { parseSrv } from '../../functions/domain/dns/srv.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import { isOurText } from '../support/builders.ts';
import { type World, ZONE, ZONE_ID } from '../support/world.ts';
import { NAMES } from './declarations.ts';
import { namingOf, type Publisher } from './watch.ts';

/** Every SRV value of the zone, as `owner-name value`. */
export function valuesOf({ aws }: World): ReadonlySet<string> {
  return new Set(
    aws.route53
      .accepted(ZONE_ID)
      .filter(({ Type }) => Type === 'SRV')
      .flatMap(({ Name, ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => `${Name} ${Value}`)),
  );
}

const valuesAt = ({ aws }: World, name: string): readonly string[] =>
  aws.route53
    .accepted(ZONE_ID)
    .filter((set) => set.Name === `${name}.${ZONE}` && set.Type === 'SRV')
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value));

/** What a deployment publishes, as `declared-name address port`. */
export function publishedBy(world: World, owner: string): readonly string[] {
  return NAMES.flatMap((name) =>
    valuesAt(world, name).flatMap((value) => {
      const srv = isOurText(value, namingOf(owner)) ? parseSrv(value) : undefined;
      return srv ? [`${name} ${addressOf(srv.target, namingOf(owner))} ${srv.port}`] : [];
    }),
  ).sort();
}

/** The slice of a plan to which a pass belongs. */
export function sliceOf({ bucket }: World, { execution, pass }: Publisher): number | undefined {
  const plan: PlanRecord = JSON.parse(bucket.get(`runs/${execution}/${pass}/plan.json`) ?? '{}').body;
  return plan.slice;
}

/** What an execution has planned to publish. */
export function createdBy({ bucket }: World, execution: string) {
  const plans = [...bucket]
    .filter(([key]) => key.startsWith(`runs/${execution}/`) && key.endsWith('/plan.json'))
    .map(([, text]): PlanRecord => JSON.parse(text).body);
  return plans.flatMap(({ names }) =>
    names.flatMap(({ name, created }) => created.map(({ task, value }) => ({ name, task, value }))),
  );
}

/** Owner names whose changes of an execution took effect. */
export function appliedBy({ bucket }: World, execution: string): readonly string[] {
  return [...bucket].flatMap(([key, text]) =>
    key.startsWith(`runs/${execution}/`) && key.includes('/applied-') ? JSON.parse(text).body.applied : [],
  );
}
