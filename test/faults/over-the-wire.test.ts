import { expect, it, onTestFinished, vi } from 'vitest';
import type { Injection } from '../stand-ins/protocol.ts';
import { startWire } from '../support/wire/calls.ts';
import type { CallFault } from './call-faults.ts';
import { expectedOfCall } from './expectations.ts';
import { type Cell, hits, tryCell } from './matrix.ts';

/** Attempts of the SDK at one call; a while are two calls that it has given up. */
const ATTEMPTS = 3;
const CUT = { json: '{"taskArns":["arn:aws:ec', xml: '<Response><reservationSet><item>' };

/** What the endpoint does in the service's place, and for how many attempts. */
const TRANSPORT: Readonly<Partial<Record<CallFault, (call: string) => { fault: Injection; attempts: number }>>> = {
  'timeout for a while': () => ({ fault: { delayMs: 400 }, attempts: 2 * ATTEMPTS }),
  '5xx for a while': () => ({ fault: { status: 502, body: '<html>bad gateway</html>' }, attempts: 2 * ATTEMPTS }),
  'reset for a while': () => ({ fault: 'reset', attempts: 2 * ATTEMPTS }),
  'malformed body': (call) => ({
    fault: { status: 200, body: /^(ecs|sqs):/.test(call) ? CUT.json : CUT.xml },
    attempts: Number.POSITIVE_INFINITY,
  }),
  slow: () => ({ fault: { delayMs: 20 }, attempts: Number.POSITIVE_INFINITY }),
};

const READS = [
  'ecs:ListClusters',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeContainerInstances',
  'ec2:DescribeInstances',
  'route53:ListResourceRecordSets',
];
const KINDS = Object.keys(TRANSPORT) as CallFault[];
const SAMPLE: readonly { readonly place: string; readonly fault: CallFault }[] = [
  // Two kinds for each call, another two for the next.
  ...READS.flatMap((place, at) =>
    [0, 2].map((next) => ({ place, fault: KINDS[(at + next) % KINDS.length] ?? 'slow' })),
  ),
  // A poll that hangs takes its messages with it: the next one waits for others on a clock that stands still.
  { place: 'sqs:ReceiveMessage', fault: 'malformed body' },
  // A write that hangs may take effect whenever it likes: what is reset before it is done is enough of a sample.
  { place: 'route53:ChangeResourceRecordSets', fault: 'reset for a while' },
];

it.each(SAMPLE)('$place, $fault, holds over real HTTP as it does in memory', async ({ place, fault }) => {
  vi.spyOn(Math, 'random').mockReturnValue(0); // the pauses between the attempts of the SDK
  onTestFinished(() => void vi.restoreAllMocks());
  const injected = TRANSPORT[fault]?.(place);
  let seen = 0;
  const cell: Cell = {
    run: 'full',
    place,
    fault,
    expected: expectedOfCall(place, fault, 'full'),
    arm: async (shop) => {
      const { ecs, ec2, route53, sqs } = shop.aws;
      const wire = await startWire([ecs, ec2, route53, sqs], () => {
        seen += 1;
        return seen <= (injected?.attempts ?? 0) ? injected?.fault : undefined;
      });
      onTestFinished(() => wire.close());
      shop.arm({
        onCall: (call, perform) => (hits(call, place) ? shop.clock.hold(wire.send(place, call.input)) : perform()),
      });
      return () => seen;
    },
  };

  const { faults } = await tryCell(cell);

  expect(faults).toEqual([]);
});
