import type { ListObjectsV2Output, ListObjectsV2Request } from '@aws-sdk/client-s3';
import { ServiceFault } from '../service.ts';
import type { Bucket } from './objects.ts';

// ListObjectsV2: up to 1,000 keys and common prefixes on a page.
const PAGE_SIZE = 1000;

/**
 * One page of a bucket's objects in the order of their keys' UTF-8 bytes.
 *
 * Keys that share a beginning up to the delimiter stand as one common prefix, which counts as one entry.
 *
 * @throws ServiceFault `InvalidArgument` for a token that no page gave
 */
export function listObjects(bucket: Bucket, request: ListObjectsV2Request): ListObjectsV2Output {
  const { Prefix: prefix = '', Delimiter: delimiter, StartAfter: startAfter, ContinuationToken: token } = request;
  const size = Math.min(request.MaxKeys ?? PAGE_SIZE, PAGE_SIZE);
  const after = token === undefined ? (startAfter ?? '') : readToken(token);
  const encoded = request.EncodingType === 'url' ? encodeKey : (key: string) => key;

  const entries = entriesAfter(bucket, prefix, delimiter, after);
  const page = entries.slice(0, size);
  const truncated = entries.length > page.length && size > 0;
  const last = page.at(-1);
  return {
    Name: bucket.name,
    Prefix: encoded(prefix),
    ...(delimiter !== undefined && { Delimiter: encoded(delimiter) }),
    ...(startAfter !== undefined && { StartAfter: encoded(startAfter) }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(request.EncodingType && { EncodingType: request.EncodingType }),
    MaxKeys: size,
    KeyCount: page.length,
    IsTruncated: truncated,
    ...(truncated && last && { NextContinuationToken: writeToken(last.text) }),
    Contents: page.flatMap(({ text, isPrefix }) => {
      const object = bucket.objects.get(text);
      if (isPrefix || !object) return [];
      const { etag, bytes, modified } = object;
      return [
        {
          Key: encoded(text),
          LastModified: modified,
          ETag: etag,
          Size: bytes.length,
          StorageClass: 'STANDARD' as const,
        },
      ];
    }),
    CommonPrefixes: page.filter(({ isPrefix }) => isPrefix).map(({ text }) => ({ Prefix: encoded(text) })),
  };
}

interface Entry {
  /** A key, or a common prefix with its delimiter. */
  readonly text: string;
  readonly isPrefix: boolean;
}

function entriesAfter(bucket: Bucket, prefix: string, delimiter: string | undefined, after: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const key of bucket.objects.keys()) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const isPrefix = delimiter !== undefined && end >= 0;
    const text = isPrefix ? key.slice(0, end + delimiter.length) : key;
    if (byBytes(text, after) > 0) entries.set(text, { text, isPrefix });
  }
  return [...entries.values()].sort((one, other) => byBytes(one.text, other.text));
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function writeToken(text: string): string {
  return Buffer.from(`after ${text}`).toString('base64');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw new ServiceFault('InvalidArgument', 'The continuation token provided is incorrect');
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
