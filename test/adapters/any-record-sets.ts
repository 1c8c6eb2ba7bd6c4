import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import fc from 'fast-check';

/** What tells the names of `anySets` apart. */
export const nameOf = ([first]: readonly ResourceRecordSet[]) => first?.Name?.toLowerCase().replaceAll('\\052', '*');

/** All sets of one name and type in `shop.internal.`, of any kind that others may have made. */
export function anySets(): fc.Arbitrary<readonly ResourceRecordSet[]> {
  return fc.oneof(
    { weight: 4, arbitrary: simpleSet() },
    { weight: 2, arbitrary: routedSets() },
    { weight: 1, arbitrary: aliasSet() },
  );
}

const ODD_LABELS = ['*', '\\052', 'a!b', "it's", 'a&b', '<a>', '\\344', 'a\\040b', 'a\\056b', '"q"', '%2f', 'a+b'];
const plainLabel = () => fc.stringMatching(/^[a-zA-Z0-9_]{1,12}$/);
const name = () => fc.oneof(plainLabel(), fc.constantFrom(...ODD_LABELS)).map((label) => `${label}.shop.internal.`);
/** The ends of what Route 53 allows, and between them. */
const ttl = () => fc.constantFrom(0, 1, 5, 300, 86_401, 2_147_483_647);

/** What XML, and its readers, may trip over. */
const TEXT_UNITS = [' ', '  ', 'a', 'Z', '0', '&', '<', '>', "'", '%', ';', '=', '/', '\\"', '\\\\', '\\344'];
const ODD_TEXTS = ['"a" "b"', '"a"  "b"', '" "', '""', '"]]>"', '"<!-- & -->"', '"&amp;"', '"&#10;"'];
const VALUES: readonly (readonly [RRType, fc.Arbitrary<string>])[] = [
  ['A', fc.ipV4()],
  ['AAAA', fc.constantFrom('::1', '2001:DB8::1', '2001:db8:0:0:0:0:0:1')],
  ['TXT', fc.string({ unit: fc.constantFrom(...TEXT_UNITS), maxLength: 40 }).map((text) => `"${text}"`)],
  ['TXT', fc.constantFrom(...ODD_TEXTS)],
  ['SRV', fc.constantFrom('1 1 80 a.b', '1 1 80 a.b.', '0 0 0 .', '65535 65535 65535 UPPER.example.com')],
  ['MX', fc.constantFrom('10 mail.example.com', '0 MAIL.example.com.')],
];
const content = () =>
  fc
    .constantFrom(...VALUES)
    .chain(([Type, value]) =>
      fc.record({ Type: fc.constant(Type), values: fc.uniqueArray(value, { minLength: 1, maxLength: 5 }) }),
    );
const recordsOf = (values: readonly string[]) => values.map((Value) => ({ Value }));

function simpleSet(): fc.Arbitrary<readonly ResourceRecordSet[]> {
  return fc
    .record({ Name: name(), TTL: ttl(), content: content() })
    .map(({ Name, TTL, content: { Type, values } }) => [{ Name, Type, TTL, ResourceRecords: recordsOf(values) }]);
}

/** The members that make the nth set of a group one of its policy. */
const POLICIES: readonly ((nth: number) => Partial<ResourceRecordSet>)[] = [
  (nth) => ({ Weight: nth * 85 }),
  () => ({ MultiValueAnswer: true }),
  (nth) => ({ Region: (['eu-west-1', 'us-east-1', 'ap-south-1'] as const)[nth] }),
];

function routedSets(): fc.Arbitrary<readonly ResourceRecordSet[]> {
  const SetIdentifiers = fc.uniqueArray(fc.constantFrom('one', 'Two', 'a b', '&<>"\'', 'ümlaut', 'x'.repeat(128)), {
    minLength: 1,
    maxLength: 3,
  });
  const policy = fc.nat(POLICIES.length - 1);
  return fc
    .record({ Name: name(), TTL: ttl(), SetIdentifiers, policy, content: content() })
    .map(({ Name, TTL, SetIdentifiers, policy, content: { Type, values } }) =>
      SetIdentifiers.map((SetIdentifier, nth) => ({
        Name,
        Type,
        SetIdentifier,
        ...POLICIES[policy]?.(nth),
        TTL,
        ResourceRecords: recordsOf(values.slice(0, 1)),
      })),
    );
}

function aliasSet(): fc.Arbitrary<readonly ResourceRecordSet[]> {
  return fc.record({ Name: name(), EvaluateTargetHealth: fc.boolean() }).map(({ Name, EvaluateTargetHealth }) => [
    {
      Name,
      Type: 'A' as const,
      AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: 'd123.cloudfront.net.', EvaluateTargetHealth },
    },
  ]);
}
