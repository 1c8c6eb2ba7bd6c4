import { createHash } from 'node:crypto';
import type {
  CreateBucketRequest,
  DeleteBucketRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  GetObjectRequest,
  HeadBucketRequest,
  HeadObjectRequest,
  ListObjectsV2Request,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import { bucketArn } from './iam/needs.ts';
import { crc32Base64 } from './protocol/checksum.ts';
import { listObjects } from './s3/listing.ts';
import type { Bucket, StoredObject } from './s3/objects.ts';
import { notImplemented, S3_SERVED } from './s3/served.ts';
import { servedOnly } from './served.ts';
import { type CallContext, type Operation, type Service, ServiceFault } from './service.ts';

export interface S3Options {
  /** Milliseconds of the epoch; the only clock. */
  readonly now: () => number;
}

/** S3 as a service, and what only a stand-in can be asked. */
export interface S3StandIn extends Service {
  /** Creates a bucket if it is not there. */
  addBucket(name: string): void;
  /** The keys of a bucket in order; empty for an unknown bucket. */
  keys(bucket: string): readonly string[];
}

// DeleteObjects: up to 1,000 keys per call.
const KEYS_PER_DELETE = 1000;

// UTF-8 bytes of a key, see "Naming Amazon S3 objects".
const LONGEST_KEY = 1024;

/** A stand-in for the object calls of S3: strongly consistent, conditional writes, bytes exact. All state is in memory. */
export function s3StandIn({ now }: S3Options): S3StandIn {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (name: string | undefined): Bucket => {
    const bucket = buckets.get(name ?? '');
    if (bucket) return bucket;
    throw new ServiceFault('NoSuchBucket', 'The specified bucket does not exist', {
      statusCode: 404,
      fields: { BucketName: name },
    });
  };
  const objectOf = (bucket: Bucket, key: string | undefined, { may }: CallContext): StoredObject => {
    checkKey(key);
    const object = bucket.objects.get(key ?? '');
    if (object) return object;
    if (may && !may('s3:ListBucket', bucketArn(bucket.name))) throw accessDenied();
    throw new ServiceFault('NoSuchKey', 'The specified key does not exist.', { statusCode: 404, fields: { Key: key } });
  };

  const newBucket = (name: string, region = 'us-east-1'): Bucket => ({
    name,
    region,
    created: new Date(now()),
    objects: new Map(),
  });

  const operations = {
    CreateBucket: ({ Bucket: name = '', CreateBucketConfiguration: wanted }: CreateBucketRequest) => {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new ServiceFault('InvalidBucketName', 'The specified bucket is not valid.');
      }
      if (buckets.has(name)) {
        throw new ServiceFault(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          { statusCode: 409 },
        );
      }
      buckets.set(name, newBucket(name, wanted?.LocationConstraint));
      return { Location: `/${name}` };
    },
    HeadBucket: ({ Bucket: name }: HeadBucketRequest) => {
      const bucket = buckets.get(name ?? '');
      if (!bucket) throw notFound();
      return { BucketRegion: bucket.region };
    },
    DeleteBucket: ({ Bucket: name }: DeleteBucketRequest) => {
      const bucket = bucketOf(name);
      if (bucket.objects.size > 0) {
        throw new ServiceFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', { statusCode: 409 });
      }
      buckets.delete(bucket.name);
      return {};
    },
    ListBuckets: () => ({
      Buckets: [...buckets.values()]
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .map(({ name, created }) => ({ Name: name, CreationDate: created })),
    }),
    PutObject: (input: PutObjectInput) => {
      const bucket = bucketOf(input.Bucket);
      const key = input.Key ?? '';
      checkKey(key);
      checkWrite(input, bucket.objects.get(key));
      const bytes =
        typeof input.Body === 'string' ? new TextEncoder().encode(input.Body) : (input.Body ?? new Uint8Array());
      const object: StoredObject = {
        bytes,
        etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
        crc32: crc32Base64(bytes),
        modified: new Date(Math.floor(now() / 1000) * 1000), // travels with the precision of an HTTP date
        contentType: input.ContentType ?? 'binary/octet-stream',
        contentEncoding: input.ContentEncoding,
        metadata: input.Metadata ?? {},
      };
      bucket.objects.set(key, object);
      return { ETag: object.etag, ChecksumCRC32: object.crc32, ChecksumType: 'FULL_OBJECT' };
    },
    GetObject: (input: GetObjectRequest, context: CallContext) => {
      const object = objectOf(bucketOf(input.Bucket), input.Key, context);
      checkRead(input, object);
      return { ...describe(object, input.ChecksumMode), Body: object.bytes };
    },
    HeadObject: (input: HeadObjectRequest, { may }: CallContext) => {
      checkKey(input.Key);
      const object = buckets.get(input.Bucket ?? '')?.objects.get(input.Key ?? '');
      if (!object && may && !may('s3:ListBucket', bucketArn(input.Bucket ?? ''))) throw accessDenied();
      if (!object) throw notFound(); // a HEAD has no body that could say more
      checkRead(input, object);
      return describe(object, input.ChecksumMode);
    },
    DeleteObject: (input: DeleteObjectRequest) => {
      const { objects } = bucketOf(input.Bucket);
      checkKey(input.Key);
      objects.delete(input.Key ?? '');
      return {};
    },
    DeleteObjects: ({ Bucket: name, Delete: request }: DeleteObjectsRequest) => {
      const bucket = bucketOf(name);
      const keys = (request?.Objects ?? []).map(({ Key: key = '' }) => key);
      if (keys.length === 0 || keys.length > KEYS_PER_DELETE) {
        throw new ServiceFault(
          'MalformedXML',
          'The XML you provided was not well-formed or did not validate against our published schema',
        );
      }
      const [long, good] = [keys.filter(isTooLong), keys.filter((key) => !isTooLong(key))];
      for (const key of good) bucket.objects.delete(key);
      const { name: Code, message: Message } = keyTooLong();
      return {
        ...(!request?.Quiet && { Deleted: good.map((Key) => ({ Key })) }),
        ...(long.length > 0 && { Errors: long.map((Key) => ({ Key, Code, Message })) }),
      };
    },
    ListObjectsV2: (input: ListObjectsV2Request) => {
      const bucket = bucketOf(input.Bucket);
      checkKey(input.Prefix);
      checkKey(input.StartAfter);
      return listObjects(bucket, input);
    },
  } satisfies Record<string, Operation>;

  return {
    signingName: 's3',
    operations: servedOnly(operations, S3_SERVED, notImplemented),
    served: S3_SERVED,
    addBucket: (name) => {
      if (!buckets.has(name)) buckets.set(name, newBucket(name));
    },
    keys: (name) => [...(buckets.get(name)?.objects.keys() ?? [])].sort(),
  };
}

/** A PutObject with its body read: bytes from the wire, bytes or text from the in-memory client. */
interface PutObjectInput extends Omit<PutObjectRequest, 'Body'> {
  readonly Body?: Uint8Array | string;
}

// Conditional writes (Amazon S3 User Guide, "Add preconditions to S3 operations"): If-None-Match takes only `*`.
function checkWrite({ IfNoneMatch, IfMatch, Key }: PutObjectInput, present: StoredObject | undefined): void {
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
    throw notImplemented(`PutObject: IfNoneMatch ${IfNoneMatch} is not served here; served is *`, 'IfNoneMatch');
  }
  if (IfNoneMatch === '*' && present) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!present) {
    throw new ServiceFault('NoSuchKey', 'The specified key does not exist.', { statusCode: 404, fields: { Key } });
  }
  if (unquoted(IfMatch) !== unquoted(present.etag)) throw preconditionFailed('If-Match');
}

function checkRead({ IfMatch, IfNoneMatch }: GetObjectRequest | HeadObjectRequest, { etag }: StoredObject): void {
  if (IfMatch !== undefined && unquoted(IfMatch) !== unquoted(etag)) throw preconditionFailed('If-Match');
  if (IfNoneMatch !== undefined && (IfNoneMatch === '*' || unquoted(IfNoneMatch) === unquoted(etag))) {
    throw new ServiceFault('NotModified', 'Not Modified', { statusCode: 304 });
  }
}

const isTooLong = (key: string): boolean => Buffer.byteLength(key) > LONGEST_KEY;

const keyTooLong = (): ServiceFault => new ServiceFault('KeyTooLongError', 'Your key is too long');

/** @throws ServiceFault KeyTooLongError, in every call that has a key or the beginning of one */
function checkKey(key = ''): void {
  if (isTooLong(key)) throw keyTooLong();
}

function describe(object: StoredObject, checksumMode: string | undefined) {
  return {
    ETag: object.etag,
    ContentType: object.contentType,
    ContentLength: object.bytes.length,
    LastModified: object.modified,
    AcceptRanges: 'none',
    Metadata: object.metadata,
    ...(object.contentEncoding !== undefined && { ContentEncoding: object.contentEncoding }),
    ...(checksumMode === 'ENABLED' && { ChecksumCRC32: object.crc32, ChecksumType: 'FULL_OBJECT' }),
  };
}

function preconditionFailed(condition: string): ServiceFault {
  return new ServiceFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    statusCode: 412,
    fields: { Condition: condition },
  });
}

/** Whoever may not list the bucket does not learn that an object is missing (GetObject of the API reference). */
function accessDenied(): ServiceFault {
  return new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 });
}

function notFound(): ServiceFault {
  return new ServiceFault('NotFound', 'Not Found', { statusCode: 404 });
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
