import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consoleSource } from '../../cli/console/source.ts';
import { connect } from '../../cli/context.ts';
import type { Io } from '../../cli/io.ts';
import { readPage } from '../../console/page/read.ts';
import { type Console, startConsole } from '../../console/server.ts';
import type { LocalRun } from './boot.ts';
import { awsVariables } from './cloud/place.ts';
import { builtFolder } from './code/built.ts';
import { openPort } from './ports.ts';

/** Nobody sits at it: what it has to say the page says. */
const IO: Io = {
  print: () => {},
  tell: () => {},
  progress: () => {},
  variables: process.env,
  colours: false,
  interactive: false,
  ask: async () => false,
  pause: (milliseconds) => sleep(milliseconds),
  ended: () => new Promise(() => {}),
  now: Date.now,
};

/**
 * The page of `ecssd console`, of this run and with what it can break: it asks as the command does, over the wire.
 *
 * @param port 0 takes a free one
 * @throws UsageError for a port in use
 */
export async function startLocalConsole(run: LocalRun, port: number): Promise<Console> {
  // The command finds its world by the variables that `npm start` prints; nothing else in this process reads them.
  Object.assign(process.env, awsVariables(run.cloud.endpointUrl));
  const io = { ...IO, variables: { ...process.env, DNS_SERVER: run.dnsServer } };
  const context = await connect(io, run.deployment.stateMachine.arn);
  const built = builtFolder();
  const page = await (built === undefined ? readPage() : readPage(join(built, 'console/page')));
  return openPort('consolePort', port, () =>
    startConsole({ source: consoleSource(context), port, page, breaks: run.breaks }),
  );
}
