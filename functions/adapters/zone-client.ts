import { Route53Client } from '@aws-sdk/client-route-53';
import { clientSettings } from './aws/client-settings.ts';
import { nameOf } from './aws/faults.ts';
import type { RoleSessions } from './role-credentials.ts';

export type ZoneClient = Pick<Route53Client, 'send'>;

/** How Route 53 refuses a session that has ended, or whose role is another one by now. Nothing was done then. */
const OVER = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId']);

/**
 * What asks Route 53 about the zone: with one's own rights, or by a role of the account that owns it.
 *
 * Sessions are renewed before they end; one that Route 53 refuses all the same (called off, or a clock that jumped) is asked
 * for anew, once.
 */
export function zoneClient(role?: RoleSessions): ZoneClient {
  if (!role) return new Route53Client(clientSettings());
  // By `memoized` the SDK leaves keeping them to us: it would go on with the session of another run.
  const credentials = Object.assign(() => role.credentials(), { memoized: true });
  const client = new Route53Client({ ...clientSettings(), credentials });
  const send = async (...asked: Parameters<Route53Client['send']>): Promise<unknown> => {
    const used = await role.credentials();
    try {
      return await client.send(...asked);
    } catch (fault) {
      if (!OVER.has(nameOf(fault))) throw fault;
      role.forget(used);
      return client.send(...asked);
    }
  };
  return { send: send as Route53Client['send'] };
}
