/**
 * The message that asks a server of gRPC for its health, in its frame: `grpc.health.v1.HealthCheckRequest`, whose first
 * field is the name of the service (gRPC over HTTP/2, Length-Prefixed-Message; grpc/health/v1/health.proto).
 *
 * @param service at most 16,383 bytes; the server as a whole where it is empty
 */
export function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const length = name.length < 0x80 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([STRING_OF_1, ...length]), name]);
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** What one call was answered. */
export interface HealthAnswer {
  /** `:status`, and the headers and trailers that count; absent where there was none. */
  readonly status?: number | undefined;
  readonly contentType?: string | undefined;
  readonly grpcStatus?: string | undefined;
  readonly grpcMessage?: string | undefined;
  readonly body: Buffer;
}

/**
 * Why an answer is not that of a healthy service; undefined when it is.
 *
 * | the answer                                                    | is                                 |
 * | ------------------------------------------------------------- | ---------------------------------- |
 * | another status than 200, another content than gRPC            | no gRPC                            |
 * | no `grpc-status`, in trailers or, where these are all, headers | cut off                           |
 * | a `grpc-status` that is not 0                                 | that code: UNIMPLEMENTED, say      |
 * | one message with SERVING                                      | healthy                            |
 * | one message with something else                               | that: NOT_SERVING, SERVICE_UNKNOWN |
 */
export function healthFault({ status, contentType, grpcStatus, grpcMessage, body }: HealthAnswer): string | undefined {
  if (status !== 200) return `got status ${status ?? 'none'}, want 200 and gRPC`;
  if (!/^application\/grpc($|[+;])/.test(contentType ?? '')) return `got ${contentType || 'no type'}, want gRPC`;
  if (grpcStatus === undefined) return 'got no grpc-status, want a whole answer of gRPC';
  if (grpcStatus !== '0') {
    const code = CODES[Number(grpcStatus)] ?? `grpc-status ${grpcStatus}`;
    return `got ${code}, want SERVING${grpcMessage ? `: ${grpcMessage}` : ''}`;
  }
  const state = stateIn(body);
  return state === 'SERVING' ? undefined : `got ${state}, want SERVING`;
}

/** Flag of compression and length before each message. */
const FRAME = 5;
/** Field 1, of the wire type of texts, and of numbers (protocol buffers, Encoding). */
const STRING_OF_1 = 0x0a;
const NUMBER_OF_1 = 0x08;

/** By number, as `HealthCheckResponse.ServingStatus` has them. */
const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** By number (grpc, statuscodes.md). */
const CODES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** The state that a message tells, or what is wrong with it: whole, not compressed, and nothing behind it. */
function stateIn(body: Buffer): string {
  if (body.length < FRAME || body.length !== FRAME + body.readUInt32BE(1)) return 'no whole message';
  if (body[0] !== 0) return 'a compressed message';
  let state = 0;
  let at = FRAME;
  while (at < body.length) {
    const field = fieldAt(body, at);
    if (!field) return 'a broken message';
    if (field.tag === NUMBER_OF_1) state = field.value;
    at = field.end;
  }
  return at === body.length ? (STATES[state] ?? `state ${state}`) : 'a broken message';
}

/** Bytes of the values that have a size of their own, by wire type (protocol buffers, Encoding). */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** A field, and where it ends; what a later version of the protocol adds is passed over. Undefined where there is none. */
function fieldAt(body: Buffer, from: number): { tag: number; value: number; end: number } | undefined {
  const tag = varintAt(body, from);
  if (!tag) return undefined;
  const wire = tag.value & 7;
  const size = FIXED[wire];
  if (size !== undefined) return { tag: tag.value, value: 0, end: tag.end + size };
  const value = varintAt(body, tag.end);
  if (!value || (wire !== 0 && wire !== 2)) return undefined;
  return { tag: tag.value, value: value.value, end: value.end + (wire === 2 ? value.value : 0) };
}

/** A number of at most ten bytes, as those of 64 bits are, and where it ends; undefined where there is none. */
function varintAt(body: Buffer, from: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = body[from + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return undefined;
}
