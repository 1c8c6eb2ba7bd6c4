import { troublesOf } from '../../functions/contracts/troubles.ts';
import { askedName, shownName } from '../../functions/domain/dns/address-name.ts';
import { type Disposition, REASONS, reasonRow, reasonText } from '../../functions/domain/words/reason.ts';
import { heldHashOf } from '../view/failure.ts';
import { idOf, durationText as lasting, plural, shellWord, timeText } from '../view/style.ts';
import type { Case, Found } from './case.ts';
import { type Facts, lastWord } from './facts.ts';
import { failing, firstRun, late, neverRun } from './run-cases.ts';

/**
 * Every case that `status` tells, the worst first: what a person has ordered explains the rest, then what keeps runs from
 * doing anything, then what they leave standing or out. docs/three-in-the-morning.md has the same table.
 */
export const CASES = [
  {
    id: 'owner-taken',
    alarms: ['RunsNotSucceeding'],
    means: 'the owner label is taken by somebody else: every run fails, and nothing is published or repaired',
    todo: 'see who; then another label (`ownerLabel`), or take it over',
    find({ standing, owner }) {
      if (standing?.marker !== 'of another deployment') return undefined;
      return {
        says: `the owner label ${owner} is taken by another deployment: runs fail with OwnerTakenError, and nothing is published`,
        row: ({ error }) => error === 'OwnerTakenError',
        next: 'ecssd reconcile',
      };
    },
  },
  {
    id: 'paused',
    alarms: ['RunsPaused'],
    means: 'a person has paused it: runs plan and report, and change nothing',
    todo: 'find out who paused it and why; then resume',
    find: ({ paused }) =>
      paused && {
        says: 'paused by order of a person: runs plan and report only',
        ...(paused.since !== undefined && { since: { at: paused.since } }),
        next: 'ecssd resume',
      },
  },
  {
    id: 'withdrawn',
    alarms: [],
    means: 'a person has taken it back with `ecssd remove`: runs want nothing',
    todo: 'publish again, if that was a mistake',
    find({ standing }) {
      if (standing?.marker !== 'withdrawn') return undefined;
      return {
        says: 'withdrawn by order of a person: runs want nothing, and nothing is published',
        row: ({ dispositions }) => dispositions.some(({ reason }) => reason === 'withdrawn'),
        next: 'ecssd remove --undo',
      };
    },
  },
  failing,
  neverRun,
  firstRun,
  late,
  {
    id: 'held',
    alarms: ['RemovalsHeld', 'RunsNotSucceeding'],
    means:
      'many removals at once that nothing explains: a wrong reading, or a fleet that is really gone. What is held stands',
    todo: 'look at the list; if it is really gone, approve it',
    find({ told }) {
      const held = told?.full?.held ?? [];
      if (!told || held.length === 0) return undefined;
      const since = told.heldSince.filter((one) =>
        held.some(({ name, value }) => name === one.name && value === one.value),
      );
      const hash = heldHashOf(told.full);
      return {
        says: `${plural(held.length, 'removal')} held: nothing explains ${held.length === 1 ? 'it' : 'them'}, so ${held.length === 1 ? 'the value stands and waits' : 'the values stand and wait'} for approval`,
        ...(since.length > 0 && { since: { at: Math.min(...since.map((one) => one.since)) } }),
        row: (outcome) => outcome.held.length > 0,
        next: hash === undefined ? 'ecssd plan' : `ecssd approve ${hash}`,
      };
    },
  },
  {
    id: 'unread',
    alarms: ['ClustersUnread', 'OldestEvent'],
    means: 'a cluster could not be read: what it has published stands, its starts and stops wait',
    todo: 'a policy, where the error is one of access; throttles and outages pass',
    find({ told }) {
      const unread = troublesOf(told?.full).unread;
      const [first] = unread;
      if (!first) return undefined;
      const why = [first.error, first.cause].filter((part) => part !== '').join(': ');
      return {
        says: `${plural(unread.length, 'cluster')} not read, what ${unread.length === 1 ? 'it has' : 'they have'} published stands: ${idOf(first.cluster)} (${why})`,
        row: (outcome) => troublesOf(outcome).unread.length > 0,
        next: `ecssd reconcile --cluster ${shellWord(idOf(first.cluster))}`,
      };
    },
  },
  ofReasons({
    id: 'checks-suspected',
    alarms: ['InstancesHeldByPanic', 'ProberSuspected'],
    means: 'most instances of a name fail their checks, or nothing could check them: they stand all the same',
    todo: 'the service and what it depends on; the health checker where many names fail at once',
    of: ({ outcome, reason }) => outcome === 'published' && (reason === 'held-panic' || reason === 'held-prober'),
  }),
  {
    id: 'quarantined',
    alarms: ['NamesQuarantined'],
    means: 'Route 53 refuses the change of a name; all others go through',
    todo: 'its message says what to correct: the declaration, or what stands at the name',
    find({ told }) {
      const quarantined = troublesOf(told && lastWord(told)).quarantined;
      const [first] = quarantined;
      if (!first) return undefined;
      return {
        says: `Route 53 refuses the change of ${plural(quarantined.length, 'name')}: ${shownName(first.name)} (${first.reason})`,
        since: { at: Math.min(...quarantined.map(({ since }) => since)) },
        next: explaining(first.name),
      };
    },
  },
  {
    id: 'contended',
    alarms: ['NamesContended'],
    means: 'somebody else keeps undoing our changes of a name',
    todo: 'CloudTrail says who writes; one of the two writers has to go',
    find({ told }) {
      const contended = troublesOf(told?.full).contended;
      const [first] = contended;
      if (!first) return undefined;
      return {
        says: `somebody else keeps rewriting ${plural(contended.length, 'name')}: ${shownName(first.name)}, corrected ${first.corrections} times`,
        since: { at: Math.min(...contended.map(({ since }) => since)) },
        next: explaining(first.name),
      };
    },
  },
  {
    id: 'conflict',
    alarms: ['NamesInConflict'],
    means:
      "others hold a name: the predecessor's sets, a CNAME, another routing policy, or something at an address of ours",
    todo: 'take over what the predecessor wrote; else move the declaration or what stands there',
    find({ told, standing }) {
      const conflicts = troublesOf(told?.full).conflicts;
      const [first] = conflicts;
      if (first === undefined) return undefined;
      const names = conflicts.map((conflict) => conflict.split(' ')[0] ?? '');
      const former = names.filter((name) => standing?.predecessors.has(name));
      const whose =
        former.length > 0
          ? `; ${plural(former.length, 'of them has', 'of them have')} sets of service-discovery-ecs-dns`
          : '';
      return {
        says: `${plural(conflicts.length, 'name is', 'names are')} held by others: ${first}${whose}`,
        row: (outcome) => troublesOf(outcome).conflicts.length > 0,
        next: former.length > 0 ? 'ecssd adopt' : explaining(names[0] ?? ''),
      };
    },
  },
  ofReasons({
    id: 'over-capacity',
    alarms: ['InstancesOverCapacity'],
    means: 'a record set is full, and some instances are not published',
    todo: "`beyondCapacity: 'spread'`, several names, or fewer, larger instances",
    of: ({ reason }) => reason === 'over-capacity',
  }),
  ofReasons({
    id: 'declarations',
    alarms: [],
    means: 'a task declares something that cannot be used, and is not published there',
    todo: 'correct its task definition: the detail says what was given',
    of: ({ outcome, reason }) =>
      outcome === 'left-out' && reasonRow(outcome, reason)?.metric === REASONS['left-out']['invalid-name'].metric,
  }),
  {
    id: 'shift-held',
    alarms: [],
    means:
      'a deployment waits for DNS: too few instances of the revision that is to serve pass, or nobody can tell which serves',
    todo: 'the new revision and its checks; at the timeout of its hook ECS rolls the deployment back',
    find({ told }) {
      const held = (told?.dispositions ?? []).filter(isHeldByShift);
      const [first] = held;
      if (!first) return undefined;
      const detail = first.detail === undefined ? '' : ` (${first.detail})`;
      return {
        says: `a deployment waits for DNS: ${plural(held.length, 'value')} held, ${shownName(first.name)}${detail}`,
        row: ({ dispositions }) => dispositions.some(isHeldByShift),
        next: explaining(first.name),
      };
    },
  },
  {
    id: 'waiting',
    alarms: ['CallsThrottled', 'SlowEvents'],
    means: 'more changes than one run could send: the next ones go on by themselves',
    todo: 'watch it get less',
    find({ told }) {
      const waiting = told?.outcomes[0]?.waiting ?? 0;
      if (waiting === 0) return undefined;
      return {
        says: `the changes of ${plural(waiting, 'name')} wait for another run, which comes by itself`,
        row: (outcome) => (outcome.waiting ?? 0) > 0,
        next: 'ecssd status --watch',
      };
    },
  },
  {
    id: 'quota-near',
    alarms: ['QuotasNear'],
    means: '80 % of a quota of Route 53 is used: beyond it, changes are refused',
    todo: 'spread names or instances, or ask AWS for more where the quota can be raised',
    find({ told }) {
      const [first] = troublesOf(told?.full).nearQuotas;
      if (!first) return undefined;
      const { quota, name, used, limit } = first;
      return {
        says: `${Math.floor((100 * used) / limit)} % of a quota: ${used} of ${limit} ${quota}${name === undefined ? '' : `, ${name}`}`,
        row: (outcome) => troublesOf(outcome).nearQuotas.length > 0,
        next: name === undefined ? 'ecssd plan' : explaining(name),
      };
    },
  },
  {
    id: 'not-known',
    alarms: [],
    means:
      'something could not be asked, so nothing says that all is well: an outage of AWS, or a permission that you lack',
    todo: 'a permission: [command.md](command.md#permissions); an outage: wait',
    find({ notKnown: [first, ...more] }) {
      if (!first) return undefined;
      const others = more.map(({ what }) => `, nor ${what}`).join('');
      return {
        says: `cannot tell whether all is in sync: ${first.what} cannot be read${others} (${first.why})`,
        next: 'ecssd status --watch',
      };
    },
  },
  {
    id: 'nothing-published',
    alarms: [],
    means: 'runs end well, and no running task declares a name that can be published',
    todo: 'ask about a service that should be there',
    find({ standing, told }) {
      if (!standing || !told?.full || standing.instances > 0) return undefined;
      return {
        says: 'nothing is published: no running task declares a name that can be',
        next: 'ecssd explain <service>',
      };
    },
  },
  {
    id: 'in-sync',
    alarms: [],
    means: 'nothing is wrong that runs can see',
    todo: 'if a client still finds nothing: `ecssd explain <name>`, then what resolvers have cached',
    find: ({ standing, told, now }) => ({
      says: `in sync: ${plural(standing?.instances ?? 0, 'instance')} of ${plural(standing?.names ?? 0, 'name')}${
        told?.full
          ? `, by the full run of ${timeText(told.full.endedAt)} UTC, ${lasting(now - told.full.endedAt)} ago`
          : ''
      }`,
    }),
  },
] as const satisfies readonly Case[];

function isHeldByShift({ outcome, reason }: Disposition): boolean {
  return outcome === 'published' && reason === 'held-shift';
}

function explaining(name: string): string {
  return `ecssd explain ${shellWord(askedName(name))}`;
}

/** A case that the reason of a value or of a declaration tells. */
function ofReasons({ of, ...row }: Omit<Case, 'find'> & { readonly of: (one: Disposition) => boolean }): Case {
  return {
    ...row,
    find({ told }: Facts): Found | undefined {
      const found = (told?.dispositions ?? []).filter(of);
      const [first] = found;
      if (!first) return undefined;
      const detail = first.detail === undefined ? '' : ` (${first.detail})`;
      return {
        says: `${found.length} × ${first.reason}, ${shownName(first.name)}: ${reasonText(first)}${detail}`,
        row: ({ dispositions }) => dispositions.some(of),
        next: explaining(first.name),
      };
    },
  };
}
