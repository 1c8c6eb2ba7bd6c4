import { describe, expect, it } from 'vitest';
import { grant } from '../../examples/local/cloud/permissions.ts';
import type { Permissions } from '../../examples/local/template/permissions.ts';
import { type Decision, iamStandIn, type Principal } from '../stand-ins/iam.ts';
import { ACCOUNT } from '../stand-ins/in-memory-aws.ts';
import { ADDRESS_DRIVES } from './address-drives.ts';
import { DEPLOYMENTS, type Deployed } from './deployment.ts';
import { type Drive, MISUSES, DRIVES as OTHERS } from './drives.ts';
import { removalsOf } from './removals.ts';

const DRIVES = [...OTHERS, ...ADDRESS_DRIVES];

/** What was decided in one drive. */
interface Seen extends Decision {
  readonly drive: Drive;
}

/** Runs a drive with these permissions, from the creation of the resources on. */
async function driven(drive: Drive, deployed: Deployed, permissions: Permissions): Promise<readonly Seen[]> {
  const iam = iamStandIn({ accountId: ACCOUNT });
  const seen: Seen[] = [];
  iam.onDecision((decision) => seen.push({ ...decision, drive }));
  try {
    grant(iam, permissions);
    await drive.go(iam, deployed);
  } catch {
    // What comes of a refusal is not asked here, only that there is one.
  }
  return seen;
}

/** The first decision that is another one with what is left. */
function changed(decisions: readonly Seen[], left: Permissions): Seen | undefined {
  const iam = iamStandIn({ accountId: ACCOUNT });
  for (const role of left.roles) iam.putRole(role);
  for (const [arn, policy] of left.ofResources) iam.putResourcePolicy(arn, policy);
  return decisions.find((one) => iam.allows(principalOf(one), one) !== one.allowed);
}

const principalOf = ({ by }: Decision): Principal => (by.startsWith('arn:') ? { roleArn: by } : { service: by });

function distinct(decisions: readonly Seen[]): readonly Seen[] {
  const keyOf = ({ by, action, resource, keys, allowed }: Seen) =>
    JSON.stringify([
      by,
      action,
      resource.replace(/[^/]*$/, (end) => (resource.includes('/') ? '' : end)),
      keys,
      allowed,
    ]);
  return [...new Map(decisions.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

/** Denied to the code of a function though nothing allows it: the policy stands as Lambda's developer guide writes it. */
const AS_AWS_WRITES_IT = /^role\/\S*CheckHealthRole: ec2:DetachNetworkInterface of no /;

describe.each(DEPLOYMENTS)('a deployment with $name', { timeout: 120_000 }, ({ make }) => {
  const deployed = make();
  const { permissions } = deployed.deployment;
  const decisions: Seen[] = [];

  it.each(DRIVES)('is allowed all of $name', async (drive) => {
    const seen = await driven(drive, deployed, permissions);
    decisions.push(...seen);

    expect(seen.filter(({ allowed }) => !allowed)).toEqual([]);
  });

  it.each(MISUSES)('is refused $name', async (drive) => {
    const seen = (await driven(drive, deployed, permissions)).slice(
      (await driven(NOTHING, deployed, permissions)).length,
    );
    decisions.push(...seen);

    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter(({ allowed }) => allowed)).toEqual([]);
  });

  it('is granted nothing that nobody needs', () => {
    const all = distinct(decisions);

    const unneeded = removalsOf(permissions)
      .filter(({ left }) => !changed(all, left))
      .map(({ what }) => what)
      .filter((what) => !AS_AWS_WRITES_IT.test(what));

    expect(unneeded).toEqual([]);
  });

  // As much is granted nowhere else.
  it.runIf(deployed.name === 'everything on')('fails without any of its statements', async () => {
    const all = distinct(decisions);
    const harmless: string[] = [];
    const refusing = removalsOf(permissions).filter(({ kind }) => kind === 'statement');

    for (const { what, left } of refusing) {
      const first = changed(all, left);
      if (!first) continue; // told by the test before
      const seen = await driven(first.drive, deployed, left);
      const differs = first.allowed
        ? seen.some(({ allowed }) => !allowed)
        : seen.some(({ action, allowed }) => action === first.action && allowed);
      if (!differs) harmless.push(what);
    }

    expect(refusing.length).toBeGreaterThan(40);
    expect(harmless).toEqual([]);
  });

  it('trusts nobody without its trust policies', () => {
    for (const role of permissions.roles) {
      const used = [...permissions.functions, ...permissions.stateMachines, ...permissions.schedules];
      if (!used.some(({ roleArn }) => roleArn === role.arn)) continue;
      const roles = permissions.roles.map((one) => (one === role ? { ...one, trust: { Statement: [] } } : one));

      expect(() => grant(iamStandIn({ accountId: ACCOUNT }), { ...permissions, roles })).toThrow('may not assume');
    }
  });
});

const NOTHING: Drive = { name: 'nothing', go: () => {} };
