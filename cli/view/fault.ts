import { messageOf, nameOf } from '../../functions/adapters/aws/faults.ts';
import { MAX_MESSAGE, printable, quoted } from '../../functions/domain/words/text.ts';
import { UsageError } from '../errors.ts';
import { type Asked, isOfAws, type Place, PROFILE, placesOf, placesText, unsetting } from './endpoint.ts';

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
const NOBODY = [CREDENTIALS, EXPIRED, CLOCK];
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

/**
 * What went wrong and what to do, in lines: AWS's own words stay, those of Node are said anew.
 *
 * @param asked the endpoints that the SDK has found; those of the profile are in no variable
 */
export function faultLines(fault: unknown, variables: Variables, asked: readonly Asked[] = []): readonly string[] {
  if (fault instanceof UsageError) return fault.message.split('\n').map((line) => printable(line, MAX_MESSAGE));
  const places = placesOf(variables, asked);
  const { says, advice } = sentences(fault, places, variables);
  const endpoint = placesText(places);
  return [
    printable(says, MAX_MESSAGE),
    ...(advice === undefined ? [] : [advice]),
    ...(endpoint === '' || advice?.includes('AWS_ENDPOINT_URL') ? [] : [`this was asked ${endpoint}`]),
  ];
}

function sentences(
  fault: unknown,
  places: readonly Place[],
  variables: Variables,
): { readonly says: string; readonly advice?: string } {
  const name = nameOf(fault);
  const { cause } = Object(fault) as { readonly cause?: unknown };
  // Whoever is nobody that AWS knows lacks no permission.
  if (FORBIDDEN.has(name) && NOBODY.some((names) => names.has(nameOf(cause))))
    return sentences(cause, places, variables);
  const said = messageOf(fault) || name || 'failed without a word';
  const below = name === 'UnavailableError' ? (fault as Error).cause : fault;
  const code = codeOf(below);
  const malformed = places.find(({ url }) => !/^https?:$/.test(protocolOf(url)));
  if (malformed) {
    const { setting, url } = malformed;
    const undo = setting === PROFILE ? 'take it out' : 'unset it';
    return { says: `${setting}: got ${quoted(url)}, want a URL like http://127.0.0.1:4600; for an account, ${undo}` };
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
    const { AWS_PROFILE, AWS_ACCESS_KEY_ID } = variables;
    return {
      says: said,
      advice:
        AWS_PROFILE && AWS_ACCESS_KEY_ID
          ? `AWS_PROFILE is ${quoted(AWS_PROFILE)}, and while it is set the SDK does not look at AWS_ACCESS_KEY_ID: unset one of both`
          : 'these are no credentials that work: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any, against a local run)',
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
    const all = places.find(({ setting }) => setting === 'AWS_ENDPOINT_URL');
    const foreign = places.filter(({ url }) => !isOfAws(url));
    const call = /^\w+:\w+/.exec(said)?.[0];
    return {
      says: `${call === undefined ? '' : `${call}: `}no answer${whereOf(below)} (${code || 'none in time'})`,
      advice: all
        ? `nothing answers at AWS_ENDPOINT_URL=${printable(all.url, 80)}: is "npm start" running? For an account, unset it`
        : foreign.length === 0
          ? 'AWS does not answer: look at the network, AWS_REGION and proxies'
          : `nothing answers there: is it running? ${unsetting(foreign)}`,
    };
  }
  if (NO_SERVICE.test(said)) {
    return {
      says: 'what answers is no service of AWS: its answer cannot be read (a web page, a proxy or a login page?)',
      advice: `look at endpoint, AWS_REGION and proxies${places.length === 0 ? '' : `. ${unsetting(places)}`}`,
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
