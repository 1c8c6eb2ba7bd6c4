import { lookUp } from './lookup.ts';
import {
  CLASS_IN,
  findEdns,
  MalformedMessageError,
  type Query,
  RCODES,
  type Rcode,
  readHeader,
  readQuery,
} from './message.ts';
import { answerLimit, bareResponse, fullResponse } from './response.ts';
import type { Random } from './routing.ts';
import type { DnsZone } from './zone-index.ts';

const STANDARD_QUERY = 0;
const ANY_CLASS = 255;
const OPT = 41;
const IXFR = 251;
const AXFR = 252;

/**
 * Answers one message; undefined where nothing may be sent back. Never throws: a value that cannot be written is SERVFAIL.
 *
 * @param zones the zones as they are now
 */
export function answerMessage(
  message: Buffer,
  transport: 'udp' | 'tcp',
  zones: () => readonly DnsZone[],
  random: Random,
): Buffer | undefined {
  const header = readHeader(message);
  if (!header) return undefined;
  if (header.opcode !== STANDARD_QUERY) return bareResponse(header, RCODES.NOTIMP, { edns: findEdns(message) });

  let query: Query | undefined;
  try {
    query = readQuery(message, header);
    const refusal = refuse(query);
    if (refusal !== undefined) return bareResponse(header, refusal, query);
    return fullResponse(query, lookUp(query, zones(), random), answerLimit(query, transport));
  } catch (error) {
    const rcode = error instanceof MalformedMessageError ? RCODES.FORMERR : RCODES.SERVFAIL;
    return bareResponse(header, rcode, query ?? { edns: findEdns(message) });
  }
}

function refuse({ edns, type, class: queryClass }: Query): Rcode | undefined {
  if (edns && edns.version !== 0) return RCODES.BADVERS;
  if (queryClass !== CLASS_IN && queryClass !== ANY_CLASS) return RCODES.REFUSED;
  if (type === AXFR || type === IXFR) return RCODES.REFUSED;
  if (type === 0 || type === OPT) return RCODES.FORMERR;
  // Query and meta types that nobody implements (RFC 6895 section 3.1).
  if (type >= 128 && type < 255) return RCODES.NOTIMP;
  return undefined;
}
