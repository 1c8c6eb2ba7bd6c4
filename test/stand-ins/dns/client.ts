import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, type OptAnswer, type RecordType } from 'dns-packet';

/** A decoded answer; dns-packet's types leave out some of what it decodes. */
export type Reply = DecodedPacket & {
  readonly [Section in 'questions' | 'answers' | 'authorities' | 'additionals']: NonNullable<DecodedPacket[Section]>;
} & {
  readonly rcode: string;
  readonly opcode: string;
  /** Size of the message, in bytes. */
  readonly bytes: number;
};

export interface Ask {
  readonly name: string;
  readonly type: RecordType;
  readonly class?: 'IN' | 'CH';
  /** Payload size of an OPT record; without it no EDNS. */
  readonly edns?: number;
  readonly ednsVersion?: number;
}

let nextId = 1;

/** A query in wire format, written by dns-packet: an implementation that the server does not share. */
export function queryMessage({ name, type, class: queryClass = 'IN', edns, ednsVersion = 0 }: Ask): Buffer {
  const opt: OptAnswer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: edns ?? 0,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  };
  nextId = (nextId + 1) & 0xffff;
  const additionals: Answer[] = edns === undefined ? [] : [opt];
  return encode({
    type: 'query',
    id: nextId,
    flags: 0x0100,
    questions: [{ name, type, class: queryClass }],
    additionals,
  });
}

export function decodeReply(message: Buffer): Reply {
  return { ...decode(message), bytes: message.length } as Reply;
}

/** Sends one datagram and returns the first that comes back; undefined where none came within the time. */
export async function sendUdp(port: number, message: Buffer, timeoutMs = 5_000): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.send(message, port, '127.0.0.1');
    const [reply] = await once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) });
    return reply;
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    socket.close();
  }
}

export async function askUdp(port: number, ask: Ask): Promise<Reply> {
  const reply = await sendUdp(port, queryMessage(ask));
  if (!reply) throw new Error(`no answer to ${ask.type} ${ask.name}`);
  return decodeReply(reply);
}

/** One TCP connection, kept open by the caller. */
export async function openTcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

export const frame = (message: Buffer): Buffer =>
  Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);

/** Reads a number of length-prefixed answers from a connection. */
export async function readFrames(socket: Socket, count: number): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  let pending = Buffer.alloc(0);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer[]>();
  const read = (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      frames.push(pending.subarray(2, 2 + pending.readUInt16BE(0)));
      pending = pending.subarray(2 + pending.readUInt16BE(0));
    }
    if (frames.length >= count) resolve(frames);
  };
  const ended = () => reject(new Error(`connection ended after ${frames.length} of ${count} answers`));
  socket.on('data', read).on('close', ended);
  return promise.finally(() => socket.off('data', read).off('close', ended));
}

export async function askTcp(port: number, ask: Ask): Promise<Reply> {
  const socket = await openTcp(port);
  try {
    socket.write(frame(queryMessage(ask)));
    const [reply = Buffer.alloc(0)] = await readFrames(socket, 1);
    return decodeReply(reply);
  } finally {
    socket.destroy();
  }
}
