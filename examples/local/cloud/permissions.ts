import type { Iam } from '../../../test/stand-ins/iam.ts';
import type { Deployment } from '../template/deployment.ts';
import type { FunctionRole, Permissions } from '../template/permissions.ts';
import type { Cloud } from './cloud.ts';

/** What Lambda needs to attach a function to a VPC (its developer guide, "Giving Lambda functions access to a VPC"). */
const VPC_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Step Functions needs to write a log ("Logging using CloudWatch Logs" of its developer guide), and to trace. */
const LOG_DELIVERY_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const TRACING_ACTIONS = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** Thrown for a role with which the service would refuse to create what has it. */
export class RoleError extends Error {
  override readonly name = 'RoleError';
}

/**
 * Gives everybody of a deployment the role that the template gives: a function signs with its name as access key.
 *
 * @throws RoleError where a service would refuse the role, ServiceFault where the role does not trust the service, Error
 *   for a role that the template does not make: whoever has it could do anything
 */
export function grant(iam: Iam, { roles, ofResources, functions, stateMachines, schedules }: Permissions): void {
  for (const role of roles) iam.putRole(role);
  for (const [arn, policy] of ofResources) iam.putResourcePolicy(arn, policy);
  for (const one of functions) grantToFunction(iam, one);
  for (const { arn, roleArn, logs, traced } of stateMachines) {
    iam.assume(arn, { roleArn, service: 'states.amazonaws.com', sourceArn: arn });
    const needed = [...(logs ? LOG_DELIVERY_ACTIONS : []), ...(traced ? TRACING_ACTIONS : [])];
    needAll(iam, roleArn, needed);
  }
  for (const { name, roleArn, groupArn } of schedules) {
    iam.assume(name, { roleArn, service: 'scheduler.amazonaws.com', sourceArn: groupArn });
  }
}

function grantToFunction(iam: Iam, { name, arn, roleArn, inVpc }: FunctionRole): void {
  const keys = { 'lambda:SourceFunctionArn': arn };
  iam.assume(name, { roleArn, service: 'lambda.amazonaws.com', sourceArn: arn, keys });
  if (inVpc) needAll(iam, roleArn, VPC_ACTIONS);
}

function needAll(iam: Iam, roleArn: string, actions: readonly string[]): void {
  for (const action of actions) {
    if (iam.allows({ roleArn }, { action, resource: '*', keys: {} })) continue;
    throw new RoleError(`role ${roleArn} does not allow ${action}`);
  }
}

/** Takes what a function prints to its log group, with its role; without that it is lost in silence, as on AWS. */
export function logOf({ iam }: Cloud, { permissions }: Deployment, log: (name: string, text: string) => void) {
  const known = new Map<string, boolean>();
  return (name: string, text: string): void => {
    const found = permissions.functions.find((one) => one.name === name);
    const allowed = known.get(name) ?? (found !== undefined && mayLog(iam, found));
    known.set(name, allowed);
    if (allowed) log(name, text);
  };
}

export function mayLog(iam: Iam, { roleArn, logGroupArn }: FunctionRole): boolean {
  if (logGroupArn === undefined) return false;
  const resource = `${logGroupArn}:log-stream:any`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) =>
    iam.allows({ roleArn }, { action, resource, keys: {} }),
  );
}

/** Starts executions as Scheduler does, with the role of the schedule; what it may not start it buries, if it may. */
export function scheduled({ iam, sqs, clients }: Cloud, { permissions }: Deployment) {
  return async (execution: { readonly stateMachineArn: string; readonly input: string }, schedule: string) => {
    const found = permissions.schedules.find(({ name }) => name === schedule);
    if (!found) throw new RoleError(`schedule ${schedule} has no role`);
    const { roleArn, deadLetterArn } = found;
    const start = { action: 'states:StartExecution', resource: execution.stateMachineArn, keys: {} };
    const bury = deadLetterArn && { action: 'sqs:SendMessage', resource: deadLetterArn, keys: {} };
    try {
      if (iam.allows({ roleArn }, start)) return await clients.stepFunctions.startExecution(execution);
    } catch (fault) {
      // Anything else will do the next time, which is as good as this one.
      if (!(fault instanceof Error && fault.name === 'StateMachineDoesNotExist')) throw fault;
    }
    if (bury && iam.allows({ roleArn }, bury)) sqs.admin.deliver(bury.resource, execution.input);
    return undefined;
  };
}

/** Takes what a function gave up to its destination, which Lambda does with the function's own role. */
export function onFailureOf({ iam, sqs }: Cloud, { permissions }: Deployment) {
  return (queueArn: string, body: string, functionArn: string): void => {
    const roleArn = permissions.functions.find(({ arn }) => arn === functionArn)?.roleArn ?? '';
    if (iam.allows({ roleArn }, { action: 'sqs:SendMessage', resource: queueArn, keys: {} })) {
      sqs.admin.deliver(queueArn, body);
    }
  };
}
