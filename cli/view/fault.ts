import { messageOf, nameOf } from '../../functions/adapters/aws/faults.ts';
import { MAX_MESSAGE, printable, quoted } from '../../functions/domain/words/text.ts';
import { UsageError } from '../errors.ts';
import { isOfAws } from './endpoint.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
const CLOCK = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']);
const FORBIDDEN = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);
/** How the SDK, and what it reads with, complain of an answer that is neither JSON nor XML of AWS. */
const NO_SERVICE =
  /Deserialization error|is not valid JSON|Unexpected (?:token|end)|is not expected|Unclosed tag|which says nothing/i;

/** What went wrong and what to do, in lines: AWS's own words stay, those of Node are said anew. */
export function faultLines(fault: unknown, variables: Variables): readonly string[] {
  if (fault instanceof UsageError) return fault.message.split('\n').map((line) => printable(line, MAX_MESSAGE));
  const { says, advice } = sentences(fault, variables);
  const endpoint = endpointText(variables);
  return [
    printable(says, MAX_MESSAGE),
    ...(advice === undefined ? [] : [advice]),
    ...(endpoint === '' || advice?.includes('AWS_ENDPOINT_URL') ? [] : [`this was asked ${endpoint}`]),
  ];
}

/** `at http://127.0.0.1:4600, which is not AWS's`, for every such endpoint of the variables; empty where there is none. */
export function endpointText(variables: Variables): string {
  const set = Object.entries(variables)
    .filter(([name, value]) => /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/.test(name) && value)
    .map(([name, value = '']) => ({ name, value }))
    .filter(({ value }) => !isOfAws(value))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const shown = set.map(({ name, value }) =>
    name === 'AWS_ENDPOINT_URL' ? printable(value, 80) : `${printable(value, 80)} (${name})`,
  );
  return shown.length === 0 ? '' : `at ${shown.join(' and ')}, which is not AWS's`;
}

function sentences(fault: unknown, variables: Variables): { readonly says: string; readonly advice?: string } {
  const name = nameOf(fault);
  const said = messageOf(fault) || name || 'failed without a word';
  const below = name === 'UnavailableError' ? (fault as Error).cause : fault;
  const code = codeOf(below);
  const malformed = Object.entries(variables).find(
    ([key, value]) => key.startsWith('AWS_ENDPOINT_URL') && value && !/^https?:$/.test(protocolOf(value)),
  );
  if (malformed) {
    const [key, value = ''] = malformed;
    return { says: `${key}: got ${quoted(value)}, want a URL like http://127.0.0.1:4600; for an account, unset it` };
  }
  if (/region is missing/i.test(said)) {
    return { says: 'Region is missing', advice: 'set AWS_REGION, or a Region in the profile' };
  }
  if (EXPIRED.has(name)) {
    return {
      says: `the credentials have expired (${name})`,
      advice:
        'these are no credentials that work any more: sign in again (aws sso login), or set AWS_PROFILE or new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
    };
  }
  if (CLOCK.has(name) || /signature (?:expired|not yet current)/i.test(said)) {
    return {
      says: `AWS refuses the time of this machine (${name || 'signature expired'})`,
      advice: 'set its clock right: it may be 5 minutes off at most',
    };
  }
  if (CREDENTIALS.has(name)) {
    return {
      says: said,
      advice:
        'these are no credentials that work: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any, against a local run)',
    };
  }
  if (FORBIDDEN.has(name)) {
    return {
      says: said,
      advice: 'the credentials lack this permission: docs/command.md lists what each command needs',
    };
  }
  if (name === 'StateMachineDoesNotExist') {
    return {
      says: said,
      advice:
        'look at --state-machine and ECSSD_STATE_MACHINE, at account and AWS_REGION; without them the only deployment is found',
    };
  }
  if (UNREACHABLE.has(code) || nameOf(below) === 'TimeoutError') {
    const endpoint = variables.AWS_ENDPOINT_URL;
    const call = /^\w+:\w+/.exec(said)?.[0];
    return {
      says: `${call === undefined ? '' : `${call}: `}no answer${whereOf(below)} (${code || 'none in time'})`,
      advice: endpoint
        ? `nothing answers at AWS_ENDPOINT_URL=${endpoint}: is "npm start" running? For an account, unset it`
        : endpointText(variables) === ''
          ? 'AWS does not answer: look at the network, AWS_REGION and proxies'
          : 'nothing answers there: is it running? For an account, unset the variable',
    };
  }
  if (NO_SERVICE.test(said)) {
    return {
      says: 'what answers is no service of AWS: its answer cannot be read (a web page, a proxy or a login page?)',
      advice: 'look at endpoint, AWS_REGION and proxies; for an account, unset AWS_ENDPOINT_URL and its like',
    };
  }
  return { says: said };
}

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

/** Where it was asked, as far as the fault tells. */
function whereOf(fault: unknown): string {
  const { hostname, address, port } = first(fault);
  const host = [hostname, address].find((one) => typeof one === 'string');
  return host === undefined ? '' : ` from ${printable(String(host), 80)}${typeof port === 'number' ? `:${port}` : ''}`;
}

/** Of the fault itself, or of the one among several addresses that failed together. */
function codeOf(fault: unknown): string {
  const { code } = first(fault);
  return typeof code === 'string' ? code : '';
}

function first(fault: unknown): Readonly<Record<string, unknown>> {
  const given = Object(fault) as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  return (
    given.errors?.[0] && (given.code === undefined || given.errors.length > 0) ? Object(given.errors[0]) : given
  ) as Readonly<Record<string, unknown>>;
}
