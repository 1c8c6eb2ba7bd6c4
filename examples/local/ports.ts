import { once } from 'node:events';
import { createServer } from 'node:net';
import { PORTS, type PortName, UsageError } from './options.ts';

/** A port that is taken or may not be opened, said with the variable that changes it. */
export function portProblem(name: PortName, port: number, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { variable, what } = PORTS[name];
  const remedy = `set ${variable} to another one, or to 0 for a free one`;
  if (code === 'EADDRINUSE') return new UsageError(`port ${port} of ${what} is in use: ${remedy}`);
  if (code === 'EACCES')
    return new UsageError(`port ${port} of ${what} needs rights that this user does not have: ${remedy}`);
  return error;
}

/** Opens a server's port; a problem with it is said with its variable. @throws UsageError */
export async function openPort<T>(name: PortName, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw portProblem(name, port, error);
  }
}

/** A port before somebody opens it who does so late: free at the moment. @throws UsageError */
export async function checkedPort(name: PortName, port: number): Promise<number> {
  return openPort(name, port, async () => {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    server.close();
    await once(server, 'close');
    return bound !== null && typeof bound === 'object' ? bound.port : port;
  });
}
