import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ServiceFault } from '../service.ts';
import type { HttpCall } from './wire.ts';

/** The CRC32 of some bytes as S3 writes it: four bytes, big endian, base64. */
export function crc32Base64(bytes: Uint8Array): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString('base64');
}

// CRC32C, CRC64NVME and XXHASH are stored by S3 too but no function of Node computes them; they are not verified here.
const CHECKSUMS: readonly (readonly [header: string, of: (bytes: Uint8Array) => string])[] = [
  ['x-amz-checksum-crc32', crc32Base64],
  ['x-amz-checksum-sha1', (bytes) => createHash('sha1').update(bytes).digest('base64')],
  ['x-amz-checksum-sha256', (bytes) => createHash('sha256').update(bytes).digest('base64')],
  ['content-md5', (bytes) => createHash('md5').update(bytes).digest('base64')],
];

/**
 * Compares the checksums that a client sent, in headers or trailers, with the body.
 *
 * @throws ServiceFault `BadDigest` at the first difference
 */
export function verifyChecksums({ headers, body }: HttpCall): void {
  for (const [header, of] of CHECKSUMS) {
    const sent = headers[header];
    if (sent === undefined || sent === of(body)) continue;
    throw new ServiceFault('BadDigest', `The ${header} you specified did not match what we received.`);
  }
}
