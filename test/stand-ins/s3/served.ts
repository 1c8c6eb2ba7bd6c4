import { ServiceFault } from '../service.ts';

const READ = 'Bucket Key IfMatch IfNoneMatch ChecksumMode';
/** Those that are verified, and the one that is kept. */
const VERIFIED = 'ChecksumAlgorithm=CRC32,SHA1,SHA256';

/** What of S3 is served (`Served`): one checksum, no encryption of one's own, no versions, tags, redirects or owners. */
export const S3_SERVED = {
  CreateBucket: 'Bucket CreateBucketConfiguration{LocationConstraint}',
  HeadBucket: 'Bucket',
  DeleteBucket: 'Bucket',
  ListBuckets: '',
  PutObject:
    'Bucket Key Body ContentEncoding ContentLength ContentMD5 ContentType ChecksumAlgorithm=CRC32 ChecksumCRC32 ' +
    'IfMatch IfNoneMatch Metadata',
  GetObject: READ,
  HeadObject: READ,
  DeleteObject: 'Bucket Key',
  DeleteObjects: `Bucket Delete{Objects{Key} Quiet} ${VERIFIED}`,
  ListObjectsV2: 'Bucket Delimiter EncodingType=url FetchOwner=false MaxKeys Prefix ContinuationToken StartAfter',
} as const;

/** As S3 answers to headers that it does not know. */
export function notImplemented(message: string, member: string): ServiceFault {
  const text = `A header you provided implies functionality that is not implemented: ${message}`;
  return new ServiceFault('NotImplemented', text, { statusCode: 501, fields: { Header: member } });
}
