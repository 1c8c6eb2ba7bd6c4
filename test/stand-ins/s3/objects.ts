import { ServiceFault } from '../service.ts';

/** An object as it is stored. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** The MD5 of the bytes in hexadecimal, in quotation marks. */
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
  readonly modified: Date;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly created: Date;
  readonly objects: Map<string, StoredObject>;
}

/**
 * Refuses what the stand-in would have to ignore.
 *
 * @throws ServiceFault `NotImplemented` as S3 answers to headers that it does not know
 */
export function refuseUnserved(input: object, members: readonly string[]): void {
  const unserved = Object.entries(input).filter(([name, value]) => members.includes(name) && value !== undefined);
  if (unserved.length === 0) return;
  throw new ServiceFault('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    statusCode: 501,
    fields: { Header: unserved.map(([name]) => name).join(', ') },
  });
}
