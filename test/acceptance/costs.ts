/** What an hour of `examples/environment` costs, USD, list prices of us-east-1; its README has the same table. */
const HOURLY = [
  { what: 'NAT gateway', units: 1, each: 0.045 },
  { what: 'hosts, t4g.small', units: 2, each: 0.0168 },
  { what: 'load balancer', units: 1, each: 0.0225 },
  { what: 'public IPv4 addresses', units: 3, each: 0.005 },
  { what: 'Fargate, ARM, 0.25 vCPU and 0.5 GiB', units: 1, each: 0.0099 },
  { what: 'disks, 30 GiB', units: 2, each: 0.0033 },
] as const;
/** Zone, secrets, alarms, dashboard, metrics, requests: what is billed by the month or by use, for one run. */
const BESIDE = 0.6;

/** A run takes everything down after this time, whatever has been settled by then. Hours. */
export const LONGEST = 5;
export const AT_MOST = 2;

export const hourly = HOURLY.reduce((sum, { units, each }) => sum + units * each, 0);
export const dearest = hourly * LONGEST + BESIDE;

/** What will be made, and what that costs, before anybody says yes. */
export function announcement({
  account,
  region,
  prefix,
  who,
}: {
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
  readonly who: string;
}): readonly string[] {
  return [
    `In account ${account}, ${region}, as ${who}, this makes two stacks, ${prefix} and ${prefix}-probes:`,
    '  a VPC with one NAT gateway, a private hosted zone, an ECS cluster of two hosts, a load balancer, three services,',
    '  service discovery with its state machine, functions, queues, bucket, alarms and dashboard,',
    '  and for the checks one queue, one rule, one function that sleeps, and a state machine and a role that call it.',
    `It costs USD ${hourly.toFixed(2)} an hour and about USD ${BESIDE.toFixed(2)} beside, so at most USD ${dearest.toFixed(2)} (never more than USD ${AT_MOST}):`,
    `  after ${LONGEST} hours it is taken down, whatever has been settled by then.`,
    'Images are built with docker, and the account must be bootstrapped for the CDK (npx cdk bootstrap).',
  ];
}
