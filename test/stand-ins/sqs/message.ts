import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { ServiceFault } from '../service.ts';
import { MAX_MESSAGE_BYTES } from './attributes.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** What the sender gave, checked, with the digests that clients compare. */
export interface Content {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** UTF-8 bytes of the body and of the attributes' names, types and values. */
  readonly size: number;
  readonly bodyDigest: string;
  /** Absent without attributes. */
  readonly attributesDigest: string | undefined;
}

/** XML 1.0's characters, which is what a message may hold (SendMessage of the API reference). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/**
 * @param most bytes that the queue takes
 * @throws ServiceFault MissingParameter, InvalidMessageContents, InvalidParameterValue
 */
export function contentOf(
  body: string | undefined,
  attributes: MessageAttributes = {},
  most = MAX_MESSAGE_BYTES,
): Content {
  if (!body) throw new ServiceFault('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (FORBIDDEN.test(body)) {
    throw new ServiceFault(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  const encoded = Object.entries(attributes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => encodeAttribute(name, value));
  const size = sizeOf(body, attributes);
  if (size > most) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  }
  return {
    body,
    attributes,
    size,
    bodyDigest: md5(body),
    attributesDigest: encoded.length > 0 ? md5(Buffer.concat(encoded)) : undefined,
  };
}

/** Bytes that count towards the limits, checked or not. */
export function sizeOf(body = '', attributes: MessageAttributes = {}): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue, BinaryValue }]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? BinaryValue ?? ''),
    Buffer.byteLength(body),
  );
}

/** What of the attributes ReceiveMessage was asked for: names, `prefix.*`, `All` or `.*`. */
export function selectAttributes(attributes: MessageAttributes, asked: readonly string[] = []): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) =>
      asked.some(
        (ask) =>
          ask === name || ask === 'All' || ask === '.*' || (ask.endsWith('.*') && name.startsWith(ask.slice(0, -1))),
      ),
    ),
  );
}

/** "Calculating the MD5 message digest for message attributes" of the developer guide: length before each part. */
function encodeAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributeValue): Buffer {
  const isBinary = DataType?.startsWith('Binary') ?? false;
  const value = isBinary ? BinaryValue : StringValue;
  const isType = /^(String|Number|Binary)(\..+)?$/.test(DataType ?? '');
  if (!/^[\w.-]{1,256}$/.test(name) || !DataType || !isType || !value?.length) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `The message attribute '${name}' has no valid name, type or value.`,
    );
  }
  return Buffer.concat([measured(name), measured(DataType), Buffer.from([isBinary ? 2 : 1]), measured(value)]);
}

function measured(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
