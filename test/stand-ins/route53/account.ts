import { type Operation, ServiceFault } from '../service.ts';
import type { Zone } from './zone.ts';

/** What names a zone: `Id` of the calls about the zone itself, `HostedZoneId` of the others. */
interface Named {
  readonly Id?: string;
  readonly HostedZoneId?: string;
}

/**
 * The same operations, where a zone of another account refuses everybody: Route 53 knows no policies of zones, so that only
 * whoever acts in its account reaches one.
 */
export const withinAccounts = (
  operations: Readonly<Record<string, Operation>>,
  zoneOf: (id: string | undefined) => Zone | undefined,
): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operation] => [
      name,
      (input: never, context) => {
        const { HostedZoneId, Id }: Named = input;
        const owner = zoneOf(HostedZoneId ?? Id)?.accountId;
        if (owner === undefined || owner === context.accountId) return run(input, context);
        const text = `User of account ${context.accountId} is not authorized to access this resource`;
        throw new ServiceFault('AccessDenied', text, { statusCode: 403 });
      },
    ]),
  );
