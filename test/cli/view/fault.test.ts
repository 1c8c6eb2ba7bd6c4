import { expect, it } from 'vitest';
import { placesOf, placesText } from '../../../cli/view/endpoint.ts';
import { faultLines } from '../../../cli/view/fault.ts';
import { UnavailableError } from '../../../functions/domain/words/errors.ts';

const fault = (name: string, message: string, about: object = {}) =>
  Object.assign(new Error(message), { name, ...about });
const unavailable = (cause: Error) =>
  new UnavailableError(`states:ListStateMachines was not available (${cause.name}: ${cause.message})`, { cause });

it.each([
  {
    given: unavailable(fault('Error', 'getaddrinfo ENOTFOUND x.test', { code: 'ENOTFOUND', hostname: 'x.test' })),
    says: ['states:ListStateMachines: no answer from x.test (ENOTFOUND)', 'AWS does not answer'],
  },
  {
    given: unavailable(
      fault('AggregateError', '', {
        code: 'ECONNREFUSED',
        errors: [{ code: 'ECONNREFUSED', address: '127.0.0.1', port: 9 }],
      }),
    ),
    says: ['states:ListStateMachines: no answer from 127.0.0.1:9 (ECONNREFUSED)', 'AWS does not answer'],
  },
  { given: unavailable(fault('TimeoutError', 'x')), says: ['no answer (none in time)', 'AWS does not answer'] },
  {
    given: fault('ExpiredTokenException', 'x'),
    says: ['the credentials have expired', 'no credentials that work any more'],
  },
  {
    given: Object.assign(new Error('route53:ListResourceRecordSets is not allowed (ExpiredToken: x)'), {
      name: 'AccessDenied',
      cause: fault('ExpiredToken', 'x'),
    }),
    says: ['the credentials have expired (ExpiredToken)', 'sign in again'],
  },
  { given: fault('RequestTimeTooSkewed', 'x'), says: ['refuses the time of this machine', 'set its clock right'] },
  {
    given: fault('InvalidSignatureException', 'Signature expired: 1'),
    says: ['refuses the time', 'set its clock right'],
  },
  {
    given: fault('AccessDenied', 'User x may not do s3:GetObject'),
    says: ['User x may not do s3:GetObject', 'lack this permission'],
  },
  {
    given: fault(
      'SyntaxError',
      `Unexpected token '<', "<html>" is not valid JSON\n  Deserialization error: to see the raw`,
    ),
    says: ['what answers is no service of AWS', 'look at endpoint'],
  },
  {
    given: fault('Error', "char '<' is not expected.:1:1"),
    says: ['what answers is no service of AWS', 'look at endpoint'],
  },
])('says $says.0', ({ given, says: [what = '', todo = ''] }) => {
  const lines = faultLines(given, {});

  expect(lines[0]).toContain(what);
  expect(lines[1]).toContain(todo);
  expect(lines.join('\n')).not.toMatch(/getaddrinfo|Unexpected token|connect E/);
});

it('bounds what a service says, and shows it as text', () => {
  const [line = ''] = faultLines(fault('Odd', `\u001b[2J${'x'.repeat(100_000)}`), {});

  expect(line.length).toBeLessThanOrEqual(2_000);
  expect(line).not.toContain('\u001b');
});

it.each([
  { variables: {}, text: '' },
  { variables: { AWS_ENDPOINT_URL: 'https://states.eu-west-1.amazonaws.com' }, text: '' },
  { variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4600' }, text: "at http://127.0.0.1:4600, which is not AWS's" },
  {
    variables: { AWS_ENDPOINT_URL_S3: 'http://minio.test' },
    text: "at http://minio.test (AWS_ENDPOINT_URL_S3), which is not AWS's",
  },
  {
    variables: { AWS_ENDPOINT_URL: 'https://amazonaws.com.evil.test' },
    text: "at https://amazonaws.com.evil.test, which is not AWS's",
  },
])('names an endpoint that is not AWS’s: $text', ({ variables, text }) => {
  expect(placesText(placesOf(variables, []))).toBe(text);
});

const ASKED = [
  { service: 'SFN', url: 'http://127.0.0.1:4600' },
  { service: 'S3', url: 'http://127.0.0.1:4600' },
];

it.each([
  {
    row: 'nothing answers',
    given: unavailable(fault('Error', 'x', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 4600 })),
    lines: [
      'states:ListStateMachines: no answer from 127.0.0.1:4600 (ECONNREFUSED)',
      'nothing answers there: is it running? For an account, take endpoint_url of the profile out of the shared config file, or set another AWS_PROFILE',
    ],
  },
  {
    row: 'a web page answers',
    given: fault('SyntaxError', `Unexpected token '<', "<html>" is not valid JSON`),
    lines: [
      expect.stringContaining('what answers is no service of AWS'),
      'look at endpoint, AWS_REGION and proxies. For an account, take endpoint_url of the profile out of the shared config file, or set another AWS_PROFILE',
    ],
  },
  {
    row: 'a permission lacks',
    given: fault('AccessDenied', 'no'),
    lines: ['no', expect.stringContaining('lack this permission')],
  },
])('knows an endpoint that only the profile gives: $row', ({ given, lines }) => {
  expect(faultLines(given, {}, ASKED)).toEqual([
    ...lines,
    "this was asked at http://127.0.0.1:4600 (endpoint_url of the profile), which is not AWS's",
  ]);
});

it('names what of a profile is no URL', () => {
  const [line] = faultLines(fault('TypeError', 'Invalid URL'), {}, [{ service: 'SFN', url: 'nonsense' }]);

  expect(line).toBe(
    'endpoint_url of the profile: got "nonsense", want a URL like http://127.0.0.1:4600; for an account, take it out',
  );
});

it('blames no profile where a variable says the same endpoint', () => {
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4600' };

  expect(faultLines(fault('AccessDenied', 'no'), variables, ASKED).at(-1)).toBe(
    "this was asked at http://127.0.0.1:4600, which is not AWS's",
  );
});

it('says that a profile hides the keys beside it, as the SDK has it', () => {
  const variables = { AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

  expect(faultLines(fault('CredentialsProviderError', 'none'), variables)[1]).toBe(
    'AWS_PROFILE is "work", and while it is set the SDK does not look at AWS_ACCESS_KEY_ID: unset one of both',
  );
});
