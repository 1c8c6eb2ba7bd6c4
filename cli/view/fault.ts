import { messageOf, nameOf } from '../../functions/adapters/aws/faults.ts';
import { UsageError } from '../errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const FORBIDDEN = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** What went wrong and what to do, in lines; the SDK's own words stay in. */
export function faultLines(fault: unknown, variables: Variables): readonly string[] {
  if (fault instanceof UsageError) return fault.message.split('\n');
  const said = messageOf(fault) || nameOf(fault) || 'failed without a word';
  const advice = adviceOn(fault, variables);
  return [said, ...(advice === undefined ? [] : [advice])];
}

function adviceOn(fault: unknown, variables: Variables): string | undefined {
  const name = nameOf(fault);
  if (/region is missing/i.test(messageOf(fault))) return 'set AWS_REGION, or a Region in the profile';
  if (CREDENTIALS.has(name)) {
    return 'these are no credentials that work: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any, against a local run)';
  }
  if (FORBIDDEN.has(name)) return 'the credentials lack this permission: docs/command.md lists what each command needs';
  if (name === 'StateMachineDoesNotExist') {
    return 'look at --state-machine and ECSSD_STATE_MACHINE, at account and AWS_REGION; without them the only deployment is found';
  }
  const below = name === 'UnavailableError' ? (fault as Error).cause : fault;
  if (UNREACHABLE.has(codeOf(below)) || nameOf(below) === 'TimeoutError') {
    const endpoint = variables.AWS_ENDPOINT_URL;
    return endpoint
      ? `nothing answers at AWS_ENDPOINT_URL=${endpoint}: is "npm start" running? For an account, unset it`
      : 'AWS does not answer: look at the network, AWS_REGION and proxies';
  }
  return undefined;
}

/** Of the fault itself, or of the one among several addresses that failed together. */
function codeOf(fault: unknown): string {
  const { code, errors } = Object(fault) as {
    readonly code?: unknown;
    readonly errors?: readonly { readonly code?: unknown }[];
  };
  const first = code ?? errors?.[0]?.code;
  return typeof first === 'string' ? first : '';
}
