import { EC2 } from '@aws-sdk/client-ec2';
import { ECS } from '@aws-sdk/client-ecs';
import { CREDENTIALS, PLACE } from './cloud/place.ts';
import { CLUSTER, ZONE_NAME } from './names.ts';
import { PORTS, readPort, UsageError } from './options.ts';
import { clockTime, styled } from './report/style.ts';
import { lookUpAt } from './rollout/lookup.ts';
import { outcomeOf, rollOut } from './rollout/roll-out.ts';

/** `npm run rollout -- <service> [--broken]`: deploys a new version of a service of a running `npm start`, blue/green. */

const USAGE = 'npm run rollout -- <service> [--broken]   --broken: the checks of the new version fail';

const show = (line: string): void => console.log(`${clockTime(Date.now())}  ${line}`);

const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort(new UsageError('stopped looking; the deployment goes on')));

try {
  const words = process.argv.slice(2);
  const [service, ...rest] = words.filter((word) => word !== '--broken');
  if (service === undefined || service.startsWith('-') || rest.length > 0) {
    throw new UsageError(`got ${JSON.stringify(words.join(' '))}, want\n${USAGE}`);
  }
  const port = readPort(PORTS.awsPort, process.env);
  const settings = { endpoint: `http://127.0.0.1:${port}`, region: PLACE.region, credentials: CREDENTIALS };
  const ecs = new ECS({ ...settings, maxAttempts: 1 });
  const lookUp = lookUpAt({ dnsPort: readPort(PORTS.dnsPort, process.env), zone: ZONE_NAME });
  const rollout = { cluster: CLUSTER, service, broken: words.includes('--broken') };
  const last = await rollOut(rollout, {
    ecs,
    ec2: new EC2(settings),
    lookUp,
    tell: show,
    note: show,
    signal: stopped.signal,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNREFUSED') throw error;
    throw new UsageError(`nothing answers on port ${port}: is "npm start" running, with the same AWS_PORT?`);
  });
  const { isAsWanted, says } = outcomeOf(rollout, last);
  console.log(styled(isAsWanted ? 'green' : 'red', says));
  process.exitCode = isAsWanted ? 0 : 1;
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
