import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './client-settings.ts';
import { calling, messageOf, nameOf, present } from './faults.ts';

/** The run bucket: small JSON texts by key. */
export interface RunStore {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
}

/** The SDK retries a call up to the headers of its answer; an object that breaks off after them is read once more. */
const READS = 2;

export function runStore(Bucket: string, client: Pick<S3Client, 'send'> = new S3Client(clientSettings())): RunStore {
  const read = async (Key: string): Promise<string> => {
    const call = 's3:GetObject';
    const { Body } = await calling(call, () => client.send(new GetObjectCommand({ Bucket, Key })));
    const body = present(Body, call, 'a body');
    return body.transformToString().catch((cause: unknown) => {
      throw new BrokenBody(`${call} of "${Key}" broke off: ${messageOf(cause)}`, { cause });
    });
  };
  return {
    async get(Key) {
      for (let reads = 1; ; reads += 1) {
        try {
          return await read(Key);
        } catch (fault) {
          if (nameOf(fault) === 'NoSuchKey') return undefined;
          if (!(fault instanceof BrokenBody) || reads === READS) throw fault;
        }
      }
    },
    async put(Key, Body) {
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' });
      await calling('s3:PutObject', () => client.send(command));
    },
  };
}

class BrokenBody extends Error {}
