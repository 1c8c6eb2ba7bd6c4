import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './aws/client-settings.ts';
import { calling, nameOf, present, statusOf } from './aws/faults.ts';

/** A bucket that a stack's code is launched from. */
export interface CodeBucket {
  /** Where it stands, and in which Region calls are made; undefined when there is no bucket of that name. */
  place(): Promise<{ readonly bucket: string; readonly here: string } | undefined>;
  /** Writes an object unless one of that key is there. @returns whether it was written */
  putNew(key: string, bytes: Uint8Array, contentType: string): Promise<boolean>;
  put(key: string, text: string, contentType: string): Promise<void>;
}

/** An archive has up to a megabyte, and an uplink may be slow: milliseconds as in `CALL_LIMITS`. */
const UPLOAD_LIMITS = { connectionTimeout: 5_000, requestTimeout: 180_000, socketTimeout: 60_000 };

/** The client follows a bucket into its own Region to be told where that is. */
const uploadClient = () => new S3Client({ ...clientSettings(UPLOAD_LIMITS), followRegionRedirects: true });

export function codeBucket(Bucket: string, client: S3Client = uploadClient()): CodeBucket {
  const write = (Key: string, Body: Uint8Array | string, how: { ContentType: string; IfNoneMatch?: '*' }) =>
    calling('s3:PutObject', () => client.send(new PutObjectCommand({ Bucket, Key, Body, ...how })));
  return {
    async place() {
      const call = 's3:HeadBucket';
      const regionOf: () => Promise<string> = client.config.region;
      const here = await regionOf();
      try {
        const { BucketRegion } = await calling(call, () => client.send(new HeadBucketCommand({ Bucket })));
        return { bucket: present(BucketRegion, call, 'a Region'), here };
      } catch (fault) {
        if (statusOf(fault) === 404) return undefined;
        throw fault;
      }
    },
    async putNew(key, bytes, ContentType) {
      try {
        await write(key, bytes, { ContentType, IfNoneMatch: '*' });
        return true;
      } catch (fault) {
        if (nameOf(fault) === 'PreconditionFailed') return false;
        throw fault;
      }
    },
    async put(key, text, ContentType) {
      await write(key, text, { ContentType });
    },
  };
}
