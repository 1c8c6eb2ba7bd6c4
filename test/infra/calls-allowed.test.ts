import { expect, it } from 'vitest';
import { type Fault, type FaultyCall, faultPort } from '../faults/port.ts';
import { openShop, RUNS } from '../faults/shop.ts';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, srv, value } from '../support/shop.ts';
import { world } from '../support/world.ts';
import { grants } from './grants.ts';
import { discover } from './synthesized.ts';

/** Operations that IAM knows by another name (Service Authorization Reference). */
const ACTIONS: Readonly<Record<string, string>> = {
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
};

/** What a call needs, as `grants` writes it, as far as the call itself tells. */
function needed({ call, input }: FaultyCall): string {
  const { Key = '' } = input as { readonly Key?: string };
  const action = ACTIONS[call] ?? call;
  return Key === '' ? `${action} ` : `${action} {RunBucket}/${Key.split('/')[0]}/*`;
}

/** Everything that the steps of the runs below call, as `<step>: <what it needs>`. */
async function callsMade(): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  const listening: Fault = {
    onCall: (about, perform) => {
      made.add(`${about.by?.step}: ${needed(about)}`);
      return perform();
    },
  };
  for (const run of RUNS) {
    const shop = await openShop({ stopping: run === 'stopping' });
    shop.arm(listening);
    await shop.go(run);
  }
  await heldAndApproved(listening);
  return made;
}

/** A run that holds removals, and one that is given their approval. */
async function heldAndApproved(listening: Fault): Promise<void> {
  const port = faultPort();
  const around = world(port.options);
  around.aws.ecs.admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', { names: { 8081: CALC } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: 32_768 } });
  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  port.arm(listening);

  const held = await around.run({});
  const [, approve] = /"approve":"([0-9a-f]+)"/.exec(JSON.stringify(held.result).replaceAll('\\', '')) ?? [];
  const approved = await around.run({ approve });

  expect([held.end, approved.end]).toEqual(['RemovalsHeld', 'ZoneInSync']);
}

it('every step may do what it does: nothing is lost to a permission that nobody has granted', async () => {
  const allowed = grants(discover(() => ({ onUnhealthy: 'deregister-and-stop' })).synth(), 'Allow');

  const made = await callsMade();

  const denied = [...made].filter((one) => {
    const [step = '', need = ''] = one.split(': ');
    return !(allowed[step] ?? []).some((line) => line.startsWith(need));
  });
  expect(made.size).toBeGreaterThanOrEqual(40);
  expect(denied).toEqual([]);
});
