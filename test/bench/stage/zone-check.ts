import { normalizeName } from '../../../functions/domain/dns/name.ts';
import { addressOf } from '../../../functions/domain/dns/ownership.ts';
import { parseSrv } from '../../../functions/domain/dns/srv.ts';
import { isOurText, normalText } from '../../support/builders.ts';
import type { FleetTask } from './fleet.ts';
import type { Stage } from './stage.ts';

/** Where the zone is not what the running tasks ask for, one line each; none when it is in sync. */
export function differences(
  { cloud, zone, naming }: Pick<Stage, 'cloud' | 'zone' | 'naming'>,
  tasks: readonly Pick<FleetTask, 'name' | 'value'>[],
): readonly string[] {
  const stored = cloud.route53.recordSets(zone.id).map(({ Name = '', Type, ResourceRecords = [] }) => ({
    name: normalizeName(Name),
    type: Type,
    values: ResourceRecords.map(({ Value = '' }) => Value),
  }));
  const published = new Set(
    stored
      .filter(({ type }) => type === 'SRV')
      .flatMap(({ name, values }) =>
        values.filter((value) => isOurText(value, naming)).map((value) => `${name} ${normalText(value)}`),
      ),
  );
  const wanted = new Set(tasks.map(({ name, value }) => `${name} ${value}`));
  const addresses = new Map(stored.filter(({ type }) => type === 'A').map(({ name, values }) => [name, values]));
  const targets = new Set(tasks.map(({ value }) => parseSrv(value)?.target ?? ''));
  return [
    ...[...wanted].filter((one) => !published.has(one)).map((one) => `not published: ${one}`),
    ...[...published].filter((one) => !wanted.has(one)).map((one) => `still published: ${one}`),
    ...[...targets]
      .filter((target) => addresses.get(target)?.join(' ') !== addressOf(target, naming))
      .map((target) => `no right address record set: ${target}`),
  ];
}
