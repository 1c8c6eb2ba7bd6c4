import { USAGE } from './faults/commands.ts';
import { PORTS, readPort, UsageError } from './options.ts';

/** `npm run fault -- …`: breaks something of a running `npm start`, and shows what comes of it. */

try {
  const words = process.argv.slice(2);
  if (words.length === 0) throw new UsageError(`want one of\n${USAGE}`);
  const port = readPort(PORTS.faultPort, process.env);
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(words),
  }).catch(() => {
    throw new UsageError(`nothing answers on port ${port}: is "npm start" running, with the same FAULT_PORT?`);
  });
  const said = await answer.text();
  if (!answer.ok) throw new UsageError(said.trimEnd());
  process.stdout.write(said);
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
