import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import { NAMES } from './declarations.ts';

/** Somebody with the console open: adds and removes values of their own, and sometimes breaks ours. */
export interface Person {
  /** One edit, at once and as a whole; false where it made no sense. */
  edit(): Promise<boolean>;
  /** Deletes all of our values at a name at once; false where there are none. */
  wipe(): Promise<boolean>;
  /** Values that the person put into the zone and that are gone without their doing. */
  lost(): readonly string[];
}

/** @param meek whether they touch only what is theirs */
export function person({ aws }: World, random: () => number, { meek }: { readonly meek: boolean }): Person {
  const own = new Set<string>();
  let written = 0;
  const change = async (changes: readonly object[]) => {
    const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Comment: 'by hand', Changes: changes } };
    await aws.route53.operations.ChangeResourceRecordSets?.(input as never, {
      region: 'us-east-1',
      accountId: '1',
      requestId: 'p',
    });
  };
  const setAt = (name: string, type: string) =>
    aws.route53.accepted(ZONE_ID).find(({ Name, Type }) => Name === name && Type === type);
  const valuesAt = (name: string) => (setAt(name, 'SRV')?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  const write = async (name: string, values: readonly string[]) => {
    const current = setAt(name, 'SRV');
    const next = {
      Name: name,
      Type: 'SRV',
      TTL: current?.TTL ?? 30,
      ResourceRecords: values.map((Value) => ({ Value })),
    };
    await change([
      ...(current ? [{ Action: 'DELETE', ResourceRecordSet: current }] : []),
      ...(values.length > 0 ? [{ Action: 'CREATE', ResourceRecordSet: next }] : []),
    ]);
  };
  return {
    async edit() {
      const name = `${NAMES[Math.floor(random() * NAMES.length)]}.${ZONE}`;
      const values = valuesAt(name);
      const mine = values.filter((value) => own.has(`${name} ${value}`));
      const dice = random();
      if (dice < 0.5) {
        written += 1;
        const value = `5 5 ${written} by-hand.example.com`;
        own.add(`${name} ${value}`);
        await write(name, [...values, value]);
        return true;
      }
      if (dice < 0.7 && mine[0] !== undefined) {
        own.delete(`${name} ${mine[0]}`);
        await write(
          name,
          values.filter((value) => value !== mine[0]),
        );
        return true;
      }
      if (meek) return false;
      const ours = values.filter((value) => value.includes(`.${OWNER}.`));
      if (dice < 0.85 && ours[0] !== undefined) {
        await write(
          name,
          values.filter((value) => value !== ours[0]),
        );
        return true;
      }
      const address = aws.route53
        .accepted(ZONE_ID)
        .find(({ Type, Name = '' }) => (Type === 'A' || Type === 'AAAA') && Name.includes(`.${OWNER}.`));
      if (!address) return false;
      await change([{ Action: 'DELETE', ResourceRecordSet: address }]);
      return true;
    },
    async wipe() {
      const name = `${NAMES[Math.floor(random() * NAMES.length)]}.${ZONE}`;
      const theirs = valuesAt(name).filter((value) => !value.includes(`.${OWNER}.`));
      if (theirs.length === valuesAt(name).length) return false;
      await write(name, theirs);
      return true;
    },
    lost: () => {
      const standing = new Set(
        NAMES.flatMap((name) => valuesAt(`${name}.${ZONE}`).map((value) => `${name}.${ZONE} ${value}`)),
      );
      return [...own].filter((value) => !standing.has(value));
    },
  };
}
