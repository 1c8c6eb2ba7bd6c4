import { pool } from '../functions/adapters/aws/pool.ts';
import type { RoleToAssume } from '../functions/adapters/role-credentials.ts';
import { normalizeName } from '../functions/domain/dns/name.ts';
import type { Naming } from '../functions/domain/dns/ownership.ts';
import { quoted } from '../functions/domain/words/text.ts';
import { UsageError } from './errors.ts';
import type { StateMachines } from './state-machine.ts';

/** What a command needs to know of a deployment; all of it comes from the state machine. */
export interface Deployment {
  readonly stateMachine: string;
  /** `<account>/<region>/<deployment id>`, as the marker names it. */
  readonly id: string;
  readonly naming: Naming;
  readonly zoneId: string;
  /** Of the account that owns the zone; absent where the deployment is in it. */
  readonly zoneRole?: RoleToAssume;
  readonly bucket: string;
  /** Undefined where the definition does not say: it is of an earlier version. */
  readonly alarms?: 'somebody' | 'nobody' | 'acknowledged';
  /** When full runs begin, as EventBridge Scheduler writes it; absent in what earlier versions have deployed. */
  readonly schedule?: string;
  /** JSON text of the state machine. */
  readonly definition: string;
}

/** Its name in an account: what CloudFormation makes of the construct's `Reconciler/StateMachine`. */
const OURS = /ReconcilerStateMachine/;
/** Whom the alarms tell, as `infra/audience.ts` puts it. */
const AUDIENCES = ['somebody', 'nobody', 'acknowledged'] as const;
/** It has blanks, so it stands last. */
const SCHEDULE = /\bschedule=((?:rate|cron)\(.*\))/;
/** Names that an error shows. */
const SHOWN = 10;

/**
 * The deployment of a state machine, or the only one of the account and Region.
 *
 * @param given ARN of `--state-machine` or ECSSD_STATE_MACHINE
 * @throws UsageError that lists the candidates when there is not exactly one
 */
export async function findDeployment(machines: StateMachines, given: string | undefined): Promise<Deployment> {
  if (given !== undefined) return describeGiven(machines, given);
  const all = await machines.list();
  const named = all.filter(({ name }) => OURS.test(name));
  const found = await pool(named.length > 0 ? named : all, 5, async ({ arn }) =>
    readDeployment(arn, await machines.definition(arn)),
  );
  const deployments = found.filter((one) => one !== undefined);
  const [only, ...others] = deployments;
  if (only && others.length === 0) return only;
  throw new UsageError(only ? ambiguous(deployments) : none(all));
}

async function describeGiven(machines: StateMachines, given: string): Promise<Deployment> {
  if (!/^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:.+$/.test(given)) {
    throw new UsageError(
      `got state machine ${quoted(given)}, want its ARN, like arn:aws:states:eu-west-1:123456789012:stateMachine:<name>`,
    );
  }
  const deployment = readDeployment(given, await machines.definition(given));
  if (deployment) return deployment;
  throw new UsageError(
    `state machine ${given} is none of a service discovery, or was deployed before this command: its definition says nothing of zone and bucket; deploy again, or give another one`,
  );
}

/** Undefined for a state machine of something else. */
export function readDeployment(stateMachine: string, definition: string): Deployment | undefined {
  const { Comment = '' } = JSON.parse(definition) as { readonly Comment?: string };
  const said = new Map([...Comment.matchAll(/\b(\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]));
  const [id, zone, zoneId, owner, bucket] = ['deployment', 'zone', 'zoneId', 'owner', 'bucket'].map((key) =>
    said.get(key),
  );
  if (!id || !zone || !zoneId || !owner || !bucket) return undefined;
  const alarms = AUDIENCES.find((one) => one === said.get('alarms'));
  const [, schedule] = SCHEDULE.exec(Comment) ?? [];
  const naming = { zone: normalizeName(zone), owner };
  const zoneRole = roleIn(said);
  const more = {
    ...(zoneRole && { zoneRole }),
    ...(alarms && { alarms }),
    ...(schedule !== undefined && { schedule }),
  };
  return { stateMachine, id, naming, zoneId, bucket, ...more, definition };
}

/** Nothing can be called so: an ARN and an external id have two characters at least. */
const NONE = '-';

function roleIn(said: ReadonlyMap<string, string>): RoleToAssume | undefined {
  const [arn = NONE, externalId = NONE] = [said.get('zoneRole'), said.get('zoneExternalId')];
  return arn === NONE ? undefined : { arn, ...(externalId !== NONE && { externalId }) };
}

function ambiguous(deployments: readonly Deployment[]): string {
  const lines = deployments.map(
    ({ stateMachine, id, naming }) => `  ${stateMachine}  (${id}, ${naming.owner}.${naming.zone})`,
  );
  return [
    `there are ${deployments.length} deployments here; name one with --state-machine or ECSSD_STATE_MACHINE:`,
    ...lines,
  ].join('\n');
}

function none(all: readonly { readonly name: string }[]): string {
  const names = all.slice(0, SHOWN).map(({ name }) => `  ${name}`);
  const more = all.length > SHOWN ? [`  … and ${all.length - SHOWN} more`] : [];
  const seen = all.length === 0 ? 'no state machine at all' : `none among ${all.length} state machines:`;
  return [
    `no deployment of service discovery in this account and Region: ${seen}`,
    ...names,
    ...more,
    'look at credentials and AWS_REGION, or name the state machine with --state-machine',
  ].join('\n');
}
