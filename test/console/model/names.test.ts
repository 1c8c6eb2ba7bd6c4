import { expect, it } from 'vitest';
import { type KnownName, knownNames } from '../../../console/model/instances.ts';
import { countMarks, nameView } from '../../../console/model/names.ts';
import { placesOf } from '../../../console/model/places.ts';
import type { Disposition, RemovedReason } from '../../../functions/domain/words/reason.ts';

const NAMING = { zone: 'servicediscovery.internal.', owner: 'ecs' };
const NAME = '_calc._tcp.servicediscovery.internal.';
const ABOUT = { name: NAME, target: 'ip-10-0-0-1.ecs.servicediscovery.internal.', port: 8081, task: 'arn:of/a-task' };

const removed = (reason: RemovedReason): Disposition => ({ ...ABOUT, outcome: 'removed', reason });
const known = (dispositions: readonly Disposition[]): readonly KnownName[] =>
  knownNames({ naming: NAMING, recordSets: [], dispositions });
const lookup = (name: string, dnsServer?: string) =>
  nameView(
    { name, shown: name, instances: [], sets: [] },
    { naming: NAMING, places: placesOf(undefined), happenings: [], ...(dnsServer !== undefined && { dnsServer }) },
  ).lookup;

it.each([
  { reason: 'unhealthy', mark: 'failing' },
  { reason: 'host-draining', mark: 'left-out' },
  { reason: 'over-capacity', mark: 'left-out' },
  { reason: 'ignored', mark: 'left-out' },
  { reason: 'withdrawn', mark: 'left-out' },
] as const)('what was taken out as $reason and runs on is $mark, before the next full run says so too', (one) => {
  const names = known([removed(one.reason)]);

  expect(names.map(({ name }) => name)).toEqual([NAME]);
  expect(countMarks(names)[one.mark]).toBe(1);
});

it.each(['task-stopped', 'host-gone', 'unexplained', 'replaced'] as const)(
  'what has gone as %s is no instance',
  (one) => {
    expect(known([removed(one)])).toEqual([]);
  },
);

it('what was taken out is told once: as what a later run has said of its task, or as it stands', () => {
  const later: Disposition = { name: NAME, task: ABOUT.task, outcome: 'left-out', reason: 'stopping' };
  const back: Disposition = { ...ABOUT, outcome: 'published', reason: 'healthy' };

  const stopping = known([removed('unhealthy'), later]);
  const standing = knownNames({ naming: NAMING, dispositions: [removed('unhealthy'), back] });

  expect(countMarks(stopping)).toMatchObject({ 'left-out': 1, failing: 0 });
  expect(countMarks(standing)).toMatchObject({ published: 1, failing: 0 });
});

it.each([
  { server: undefined, command: `dig SRV ${NAME}` },
  { server: '127.0.0.1:5300', command: `dig -p 5300 @127.0.0.1 SRV ${NAME}` },
  { server: '10.0.0.2', command: `dig @10.0.0.2 SRV ${NAME}` },
  { server: '[::1]:5300', command: `dig -p 5300 @::1 SRV ${NAME}` },
  { server: '$(reboot)', command: `dig SRV ${NAME}` },
])('the lookup asks whoever answers for the zone: $server', ({ server, command }) => {
  expect(lookup(NAME, server)).toBe(command);
});
