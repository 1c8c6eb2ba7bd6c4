import { expect, it } from 'vitest';
import { endpointText, faultLines } from '../../../cli/view/fault.ts';
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
  expect(endpointText(variables)).toBe(text);
});
