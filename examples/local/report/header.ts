import type { LocalRun } from '../boot.ts';
import { CREDENTIALS, PLACE } from '../cloud/place.ts';
import { ADDRESS_NAME, OWN_PORT } from '../ecs/services.ts';
import { PORTS } from '../options.ts';
import { styled } from './style.ts';

/**
 * Where everything is, with commands to paste.
 *
 * @param consoleAddress with its token
 */
export function header(
  { portalUrl, dnsPort, faultUrl, cloud, zone, cluster, services, deployment }: LocalRun,
  consoleAddress: string,
): string {
  const aws = (call: string): string => styled('dim', `awsl ${call}`);
  const title = (text: string): string => styled('bold', text.padEnd(14));
  const under = ' '.repeat(14);
  return [
    '',
    styled('bold', 'ECS service discovery through DNS, all of it on this machine'),
    '',
    `${title('Portal')}${styled('cyan', portalUrl)}`,
    `${title('Console')}${styled('cyan', consoleAddress)}; names, hosts and runs, with buttons that break things`,
    `${title('DNS server')}${styled('cyan', `127.0.0.1:${dnsPort}`)}, UDP and TCP`,
    `${under}${styled('dim', `dig -p ${dnsPort} @127.0.0.1 SRV _calc._tcp.${zone.name}`)}`,
    ...(services['calc-awsvpc']
      ? [
          `${under}${styled('dim', `dig -p ${dnsPort} @127.0.0.1 ${ADDRESS_NAME}.${zone.name}`)}, an address name: each at port ${OWN_PORT}`,
        ]
      : [
          `${under}no address name: its tasks want loopback addresses of their own, and this machine has 127.0.0.1 only`,
        ]),
    `${title('AWS endpoint')}${styled('cyan', cloud.endpointUrl)}; in another terminal, for every client:`,
    ...clientVariables({ endpointUrl: cloud.endpointUrl, dnsPort }).map((line) => `${under}${styled('dim', line)}`),
    `${title('ecssd')}${styled('dim', 'npx ecssd status')}, the operator’s command; ${styled('dim', 'npx ecssd --help')}`,
    `${title('AWS CLI')}${aws(`route53 list-resource-record-sets --hosted-zone-id ${zone.id}`)}`,
    `${under}${aws(`stepfunctions list-executions --state-machine-arn ${deployment.stateMachine.arn}`)}`,
    `${under}${aws(`stepfunctions start-execution --state-machine-arn ${deployment.stateMachine.arn}`)}`,
    `${under}${aws(`ecs list-tasks --cluster ${cluster.name} --service-name calc`)}`,
    `${under}${aws(`ecs stop-task --cluster ${cluster.name} --task <its ARN>`)}`,
    `${title('Your service')}${styled('dim', 'npx node examples/hello/service.mjs create')}, then ${styled('dim', 'npx node examples/hello/ask.mjs')}: docs/five-minutes.md`,
    `${title('Faults')}${styled('cyan', faultUrl)}`,
    `${under}${styled('dim', faultCommand(faultUrl, 'calc unhealthy 1'))}`,
    `${under}${styled('dim', faultCommand(faultUrl, 'api ecs:ListTasks empty'))}`,
    '',
    'Stop a task, or kill its process, and see what becomes of its name; Ctrl-C ends all of it.',
    '',
  ].join('\n');
}

/**
 * What SDKs, `ecssd`, the AWS CLI and the examples find this run by. Older AWS CLIs, Debian's for one, do not read
 * `AWS_ENDPOINT_URL`, hence the alias; an empty pager keeps the newer ones from waiting for a key.
 */
export function clientVariables({ endpointUrl, dnsPort }: { readonly endpointUrl: string; readonly dnsPort: number }) {
  const { region } = PLACE;
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  return [
    `export AWS_ENDPOINT_URL=${endpointUrl} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_PAGER= DNS_SERVER=127.0.0.1:${dnsPort}`,
    `alias awsl='aws --endpoint-url ${endpointUrl}'`,
  ] as const;
}

/** The port is named where it is not the usual one. */
function faultCommand(url: string, words: string): string {
  const { variable, usual } = PORTS.faultPort;
  const { port } = new URL(url);
  return `${port === String(usual) ? '' : `${variable}=${port} `}npm run fault -- ${words}`;
}
