import type { LocalRun } from '../boot.ts';
import { CREDENTIALS, PLACE } from '../cloud/place.ts';
import { PORTS } from '../options.ts';
import { styled } from './style.ts';

/** Where everything is, with commands to paste. */
export function header({ portalUrl, dnsPort, faultUrl, cloud, zone, cluster, deployment }: LocalRun): string {
  const aws = (call: string): string => styled('dim', `aws --endpoint-url ${cloud.endpointUrl} ${call}`);
  const title = (text: string): string => styled('bold', text.padEnd(14));
  const under = ' '.repeat(14);
  return [
    '',
    styled('bold', 'ECS service discovery through DNS, all of it on this machine'),
    '',
    `${title('Portal')}${styled('cyan', portalUrl)}`,
    `${title('DNS server')}${styled('cyan', `127.0.0.1:${dnsPort}`)}, UDP and TCP`,
    `${under}${styled('dim', `dig -p ${dnsPort} @127.0.0.1 SRV _calc._tcp.${zone.name}`)}`,
    `${title('AWS endpoint')}${styled('cyan', cloud.endpointUrl)}`,
    `${under}${styled('dim', `export AWS_ACCESS_KEY_ID=${CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${CREDENTIALS.secretAccessKey} AWS_DEFAULT_REGION=${PLACE.region}`)}`,
    `${under}${aws(`route53 list-resource-record-sets --hosted-zone-id ${zone.id}`)}`,
    `${under}${aws(`stepfunctions list-executions --state-machine-arn ${deployment.stateMachine.arn}`)}`,
    `${under}${aws(`stepfunctions start-execution --state-machine-arn ${deployment.stateMachine.arn}`)}`,
    `${under}${aws(`ecs list-tasks --cluster ${cluster.name} --service-name calc`)}`,
    `${under}${aws(`ecs stop-task --cluster ${cluster.name} --task <its ARN>`)}`,
    `${title('Faults')}${styled('cyan', faultUrl)}`,
    `${under}${styled('dim', faultCommand(faultUrl, 'calc unhealthy 1'))}`,
    `${under}${styled('dim', faultCommand(faultUrl, 'api ecs:ListTasks empty'))}`,
    '',
    'Stop a task, or kill its process, and see what becomes of its name; Ctrl-C ends all of it.',
    '',
  ].join('\n');
}

/** The port is named where it is not the usual one. */
function faultCommand(url: string, words: string): string {
  const { variable, usual } = PORTS.faultPort;
  const { port } = new URL(url);
  return `${port === String(usual) ? '' : `${variable}=${port} `}npm run fault -- ${words}`;
}
