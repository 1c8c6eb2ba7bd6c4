import { describe, expect, it } from 'vitest';
import { namingOf, readEnvironment, type VariableName } from '../../functions/contracts/environment.ts';
import { ROWS, WIRED } from '../../functions/contracts/settings.ts';
import { quoted } from '../../functions/domain/words/text.ts';

const read = (name: VariableName, given: string | undefined): unknown =>
  readEnvironment(given === undefined ? {} : { [name]: given }, name)[name];

const STATED = ROWS.flatMap(([name, row]) =>
  row.variable ? [{ name, ...row, variable: row.variable as VariableName }] : [],
);
const NAMES = [...STATED.map(({ variable }) => variable), ...(Object.keys(WIRED) as (keyof typeof WIRED)[])];

describe('nothing is made up', () => {
  it.each(NAMES.filter((name) => name !== 'SHIFT_HOOK'))('%s has no default: the template writes it', (name) => {
    expect(() => read(name, undefined)).toThrow(`${name}: got undefined, want `);
  });

  it('SHIFT_HOOK is not written at all where no service is shifted by DNS', () => {
    expect(read('SHIFT_HOOK', undefined)).toBeUndefined();
    expect(() => read('SHIFT_HOOK', 'hook')).toThrow('SHIFT_HOOK: got "hook", want the ARN of a function');
  });

  it.each(NAMES)('%s may be empty only where the setting may be left out', (name) => {
    const row = STATED.find(({ variable }) => variable === name);

    if (name === 'RELEASE') expect(read(name, '')).toBe('');
    else if (row?.otherwise !== undefined) expect(read(name, '')).toBeUndefined();
    else expect(() => read(name, '')).toThrow(`${name}: got "", want `);
  });
});

describe('values', () => {
  const cluster = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:cluster/${name}`;
  const arn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:x';

  it.each([
    { name: 'HOSTED_ZONE_ID', given: 'Z0123456789ABCDEFGHIJ', value: 'Z0123456789ABCDEFGHIJ' },
    {
      name: 'HOSTED_ZONE_ROLE',
      given: 'arn:aws-cn:iam::123456789012:role/a/b',
      value: 'arn:aws-cn:iam::123456789012:role/a/b',
    },
    { name: 'HOSTED_ZONE_EXTERNAL_ID', given: 'a:/b=c', value: 'a:/b=c' },
    { name: 'ZONE_NAME', given: 'Shop.Internal', value: 'Shop.Internal' },
    { name: 'ZONE_NAME', given: '0/25.2.0.192.in-addr.arpa.', value: '0/25.2.0.192.in-addr.arpa.' },
    { name: 'OWNER_LABEL', given: 'ecs', value: 'ecs' },
    { name: 'OWNER_LABEL', given: 'a'.repeat(63), value: 'a'.repeat(63) },
    { name: 'DEPLOYMENT_ID', given: '123456789012/eu-west-1/My-Stack', value: '123456789012/eu-west-1/My-Stack' },
    { name: 'RUN_BUCKET', given: 'runs', value: 'runs' },
    { name: 'CLUSTERS', given: ` ${cluster('a')} , ${cluster('b')}`, value: [cluster('a'), cluster('b')] },
    { name: 'RECORD_TTL', given: '0', value: 0 },
    { name: 'RECORD_TTL', given: '86400', value: 86_400 },
    { name: 'HEALTH_CHECK', given: 'off', value: 'off' },
    { name: 'HEALTH_CHECK_PATH', given: '/health?deep=1', value: '/health?deep=1' },
    { name: 'CHECKER_VPC', given: 'vpc-1', value: 'vpc-1' },
    { name: 'MAX_DELETE_SHARE', given: '1', value: 1 },
    { name: 'MAX_DELETE_SHARE', given: '0.01', value: 0.01 },
    { name: 'MINIMUM_HEALTHY_SHARE', given: '0', value: 0 },
    { name: 'MINIMUM_HEALTHY_SHARE', given: '1', value: 1 },
    { name: 'EVENT_WINDOW', given: '60', value: 60 },
    { name: 'EVENT_QUEUE_URL', given: 'http://127.0.0.1/q', value: 'http://127.0.0.1/q' },
    { name: 'DEAD_LETTER_QUEUE_URL', given: 'http://127.0.0.1/q', value: 'http://127.0.0.1/q' },
    { name: 'STATE_MACHINE_ARN', given: arn, value: arn },
  ] as const)('$name "$given"', ({ name, given, value }) => {
    expect(read(name, given)).toEqual(value);
  });

  it.each([
    { name: 'HOSTED_ZONE_ID', given: '/hostedzone/Z1' },
    { name: 'HOSTED_ZONE_ID', given: '' },
    { name: 'HOSTED_ZONE_ROLE', given: 'arn:aws:iam::123456789012:user/a' },
    { name: 'HOSTED_ZONE_ROLE', given: 'arn:aws:sts::123456789012:assumed-role/a/b' },
    { name: 'HOSTED_ZONE_ROLE', given: 'arn:aws:iam::1234:role/a' },
    { name: 'HOSTED_ZONE_EXTERNAL_ID', given: 'a' },
    { name: 'HOSTED_ZONE_EXTERNAL_ID', given: 'a b' },
    { name: 'ZONE_NAME', given: '' },
    { name: 'ZONE_NAME', given: 'x'.repeat(255) },
    { name: 'OWNER_LABEL', given: 'Ecs' },
    { name: 'OWNER_LABEL', given: 'a.b' },
    { name: 'OWNER_LABEL', given: '-a' },
    { name: 'OWNER_LABEL', given: 'a'.repeat(64) },
    { name: 'DEPLOYMENT_ID', given: 'a b' },
    { name: 'DEPLOYMENT_ID', given: '"' },
    { name: 'RUN_BUCKET', given: '' },
    { name: 'ZONE_NAME', given: '.' },
    { name: 'ZONE_NAME', given: 'a..b' },
    { name: 'CLUSTERS', given: 'shop' },
    { name: 'CLUSTERS', given: `${cluster('a')},,${cluster('b')}` },
    { name: 'CHECKER_VPC', given: 'none' },
    { name: 'NEGATIVE_TTL', given: '86401' },
    { name: 'ROUTING', given: 'latency' },
    { name: 'ROUTING', given: '' },
    { name: 'RECORD_TTL', given: '' },
    { name: 'RECORD_TTL', given: '0x10' },
    { name: 'MINIMUM_HEALTHY_SHARE', given: '' },
    { name: 'RECORD_TTL', given: '-1' },
    { name: 'RECORD_TTL', given: '86401' },
    { name: 'RECORD_TTL', given: '1.5' },
    { name: 'RECORD_TTL', given: 'five' },
    { name: 'HEALTH_CHECK', given: 'true' },
    { name: 'HEALTH_CHECK_PATH', given: 'health' },
    { name: 'HEALTH_CHECK_PATH', given: '/a b' },
    { name: 'ON_UNHEALTHY', given: 'stop' },
    { name: 'GUARD_MINIMUM', given: '0' },
    { name: 'GUARD_MINIMUM', given: '2.5' },
    { name: 'MAX_DELETE_SHARE', given: '0' },
    { name: 'MAX_DELETE_SHARE', given: '1.1' },
    { name: 'MINIMUM_HEALTHY_SHARE', given: '-0.1' },
    { name: 'MINIMUM_HEALTHY_SHARE', given: '50%' },
    { name: 'REQUEST_SHARE', given: '0' },
    { name: 'REQUEST_SHARE', given: '1.5' },
    { name: 'EVENT_WINDOW', given: '0' },
    { name: 'EVENT_WINDOW', given: '61' },
    { name: 'STATE_MACHINE_ARN', given: 'reconcile' },
  ] as const)('$name "$given" → InvalidConfigurationError', ({ name, given }) => {
    const reading = () => read(name, given);

    expect(reading).toThrow(expect.objectContaining({ name: 'InvalidConfigurationError' }));
    expect(reading).toThrow(`${name}: got ${quoted(given)}`);
  });
});

const NUMBERS = STATED.filter(({ unit }) => unit !== undefined);
const HOSTILE = [
  'NaN',
  'Infinity',
  '-0',
  ' 5',
  '5 ',
  '+5',
  '1e309',
  '1e2',
  '9'.repeat(400),
  '0x5',
  '5s',
  '30%',
  '٣',
  'null',
];

it.each(NUMBERS.flatMap(({ variable }) => HOSTILE.map((given) => ({ name: variable, given }))))(
  '$name "$given" is no number',
  ({ name, given }) => {
    const { kind } = STATED.find(({ variable }) => variable === name) ?? {};

    expect(() => read(name, given)).toThrow(`${name}: got ${quoted(given)}, want ${kind?.want}`);
  },
);

it('tells of every variable that is wrong at once', () => {
  const reading = () =>
    readEnvironment({ RECORD_TTL: 'x', EVENT_WINDOW: '2' }, 'RECORD_TTL', 'RUN_BUCKET', 'EVENT_WINDOW');

  expect(reading).toThrow(/RECORD_TTL: got "x".*\| RUN_BUCKET: got undefined/);
});

it('reads only what it is asked for', () => {
  const environment = readEnvironment({ RUN_BUCKET: 'runs', RECORD_TTL: 'x' }, 'RUN_BUCKET');

  expect(environment).toEqual({ RUN_BUCKET: 'runs' });
});

it('gives the domain its names', () => {
  const environment = readEnvironment({ ZONE_NAME: 'Shop.internal', OWNER_LABEL: 'ecs' }, 'ZONE_NAME', 'OWNER_LABEL');

  expect(namingOf(environment)).toEqual({ zone: 'shop.internal.', owner: 'ecs' });
});
