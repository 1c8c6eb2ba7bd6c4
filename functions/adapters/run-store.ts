import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { calling, nameOf } from './faults.ts';

/** The run bucket: small JSON texts by key. */
export interface RunStore {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
}

export function runStore(Bucket: string, client: Pick<S3Client, 'send'> = new S3Client({})): RunStore {
  return {
    async get(Key) {
      try {
        const answer = await calling('s3:GetObject', () => client.send(new GetObjectCommand({ Bucket, Key })));
        return await answer.Body?.transformToString();
      } catch (fault) {
        if (nameOf(fault) === 'NoSuchKey') return undefined;
        throw fault;
      }
    },
    async put(Key, Body) {
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' });
      await calling('s3:PutObject', () => client.send(command));
    },
  };
}
