import { startConsole } from '../../console/server.ts';
import { type Command, EXIT, wholeNumber } from '../command.ts';
import { consoleSource } from '../console/source.ts';
import { UsageError } from '../errors.ts';

const PORT = { otherwise: 8090, from: 0, to: 65_535 };

export const consoleCommand: Command = {
  summary: 'a page of this deployment in your browser, until Ctrl-C',
  usage: '[--port <n>]',
  help: [
    '--port <n>   of 127.0.0.1; 8090, 0 takes a free one',
    '',
    'It shows what status, explain and history say, and each run as the graph of its states. It asks with the rights of',
    'this command, while a page is open; it changes nothing but by its buttons: a run, a dry run, pause, resume, approve.',
    'Nothing listens beyond 127.0.0.1; whoever has the address with what stands behind # may do what you may.',
    'docs/console.md says more.',
  ],
  options: { port: { type: 'string' } },
  async run(given, { io, connect }) {
    const port = wholeNumber(given, 'port', PORT);
    const context = await connect();
    const running = await startConsole({ source: consoleSource(context), port }).catch((fault: unknown) => {
      throw portFault(fault, port);
    });
    io.print(running.address);
    io.tell(`${context.deployment.id}; Ctrl-C ends it`);
    await io.ended();
    await running.close();
    return EXIT.ok;
  },
};

function portFault(fault: unknown, port: number): unknown {
  const { code } = Object(fault) as { readonly code?: unknown };
  if (code === 'EADDRINUSE') {
    return new UsageError(`port ${port} of 127.0.0.1 is in use: end what listens there, or give another with --port`);
  }
  if (code === 'EACCES') return new UsageError(`port ${port} may not be taken by you: give one above 1023 with --port`);
  return fault;
}
