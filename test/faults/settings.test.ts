import { describe, expect, it } from 'vitest';
import { withoutPauses } from '../adapters/served.ts';
import { ZONE_ROLE_RIGHTS, ZONE_ROLE_TRUST } from '../infra/zone-role-template.ts';
import type { Injection } from '../stand-ins/protocol.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { elsewhere } from '../support/zone-elsewhere.ts';
import { CALL_FAULTS, type CallFault, canMeet } from './call-faults.ts';
import { type Left, meddling, type SceneTried, trySettings } from './settings-scene.ts';

const RUNS = ['full', 'event'] as const;
type Run = (typeof RUNS)[number];
const KINDS = Object.keys(CALL_FAULTS) as CallFault[];

/** Everything that has come or gone before the run waits. */
const ALL = '+open +till -calc -open -till';
/** By call: what waits while its cluster cannot be read, and what is new there and has no address. */
const WAITS = {
  'ssm:DescribeInstanceInformation': { unread: '+till -till', unknown: '+till' },
  'ec2:DescribeNetworkInterfaces': { unread: '+open -calc -open', unknown: '+open' },
} as const;
type Call = keyof typeof WAITS;

/** Of the interfaces that are asked for the new one is the last, and the answer is cut from its end; of one machine half is all. */
const LACKS_THE_NEW: readonly string[] = ['ec2:DescribeNetworkInterfaces page cut short'];

/**
 * | fault                               | expected                                                                       |
 * | ----------------------------------- | ------------------------------------------------------------------------------ |
 * | for ever, malformed body, forbidden | its cluster waits, the other goes on; an event run asks again until it gives up |
 * | empty page, page cut short          | what is published stays; what is new and has no address waits                  |
 * | any other                           | all the same                                                                   |
 */
function expectedOf(place: Call, fault: CallFault, run: Run): Left {
  const { unread, unknown } = WAITS[place];
  if (fault.endsWith('for ever') || fault === 'malformed body' || fault === 'forbidden') {
    return { end: run === 'full' ? 'ZoneInSync' : 'ZoneContended', left: unread };
  }
  const lacking = fault === 'empty page' || LACKS_THE_NEW.includes(`${place} ${fault}`);
  return { end: 'ZoneInSync', left: lacking ? unknown : '' };
}

/** Whatever the fault: nothing of others is touched, nothing leaves whose task runs, and the next good run mends it all. */
function holds({ met, violations, next, after }: SceneTried): void {
  expect(met).toBeGreaterThan(0);
  expect(violations).toEqual([]);
  expect([next, after]).toEqual(Array.from({ length: 2 }, () => ({ end: 'ZoneInSync', left: '' })));
}

const CELLS = (Object.keys(WAITS) as Call[]).flatMap((place) =>
  RUNS.flatMap((run) => KINDS.filter((fault) => canMeet(place, fault)).map((fault) => ({ place, run, fault }))),
);

describe('with ECS Anywhere, public addresses and a host that drains', () => {
  it.each(CELLS)('$place in a run of kind $run, $fault', async ({ place, run, fault }) => {
    const tried = await trySettings(run, meddling(place, fault));

    expect({ end: tried.end, left: tried.left }).toEqual(expectedOf(place, fault, run));
    holds(tried);
  });
});

/** Calls of a while that the SDK has given up, in its attempts. */
const WHILE = 2 * 3;
const throttled = new ServiceFault('Throttling', 'Rate exceeded');
const denied = new ServiceFault('AccessDenied', 'not authorized', { statusCode: 403 });
const failed: Left = { end: 'RunFailed', left: ALL };
const right: Left = { end: 'ZoneInSync', left: '' };

/** What STS does in the place of an answer, for how many attempts, and what comes of it; over HTTP, as it is asked. */
const OF_STS: readonly { fault: string; injected: Injection; attempts: number; expected: Left }[] = [
  ...Object.entries<Injection>({
    throttled,
    '5xx': { status: 503, body: '<html>we are sorry</html>' },
    reset: 'reset',
  }).flatMap(([kind, injected]) => [
    { fault: `${kind} for a while`, injected, attempts: WHILE, expected: right },
    { fault: `${kind} for ever`, injected, attempts: Number.POSITIVE_INFINITY, expected: failed },
  ]),
  { fault: 'forbidden', injected: denied, attempts: Number.POSITIVE_INFINITY, expected: failed },
  {
    fault: 'malformed body',
    injected: { status: 200, body: '<AssumeRoleResponse><AssumeRoleRes' },
    attempts: Number.POSITIVE_INFINITY,
    expected: failed,
  },
  { fault: 'lost answer', injected: 'reset-after', attempts: WHILE, expected: right },
  { fault: 'slow', injected: { delayMs: 20 }, attempts: Number.POSITIVE_INFINITY, expected: right },
];

describe('with a zone of another account besides', () => {
  it.each(RUNS.flatMap((run) => OF_STS.map((cell) => ({ run, ...cell }))))(
    'sts:AssumeRole in a run of kind $run, $fault',
    async ({ run, injected, attempts, expected }) => {
      withoutPauses();
      const zone = elsewhere({ trust: ZONE_ROLE_TRUST, rights: ZONE_ROLE_RIGHTS });
      let met = 0;

      const tried = await trySettings(
        run,
        () => {
          zone.intercept = ({ service }) => {
            if (service !== 'sts') return undefined;
            met += 1;
            return met <= attempts ? injected : undefined;
          };
          const disarm = () => {
            zone.intercept = () => undefined;
          };
          return { met: () => met, disarm };
        },
        zone.options,
      );

      expect({ end: tried.end, left: tried.left }).toEqual(expected);
      holds(tried);
    },
  );
});
