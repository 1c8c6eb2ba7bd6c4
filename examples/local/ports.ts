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

/** The portal's port, before its process opens it: free at the moment. @throws UsageError */
export async function checkedPortalPort(port: number): Promise<number> {
  return openPort('portalPort', port, async () => {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    server.close();
    await once(server, 'close');
    return bound !== null && typeof bound === 'object' ? bound.port : port;
  });
}
