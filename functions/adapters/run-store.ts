import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { calling, nameOf } from './faults.ts';

/** The run bucket: small JSON texts by key. */
export interface RunStore {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
  /** Reads, changes and writes one object so that no change in between is lost; undefined leaves it as it is. */
  revise(key: string, change: (text: string | undefined) => string | undefined): Promise<void>;
}

/** Attempts of a revision that others keep getting in before; what it would write is a hint, so the last one just writes. */
const REVISIONS = 5;

export function runStore(Bucket: string, client: Pick<S3Client, 'send'> = new S3Client({})): RunStore {
  const read = async (Key: string): Promise<{ text?: string; tag?: string }> => {
    try {
      const answer = await calling('s3:GetObject', () => client.send(new GetObjectCommand({ Bucket, Key })));
      const text = await answer.Body?.transformToString();
      return { ...(text !== undefined && { text }), ...(answer.ETag !== undefined && { tag: answer.ETag }) };
    } catch (fault) {
      if (nameOf(fault) === 'NoSuchKey') return {};
      throw fault;
    }
  };
  const write = async (Key: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string } = {}) => {
    const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', ...condition });
    await calling('s3:PutObject', () => client.send(command));
  };
  return {
    get: async (key) => (await read(key)).text,
    put: (key, text) => write(key, text),
    async revise(key, change) {
      for (let attempt = 1; ; attempt += 1) {
        const { text, tag } = await read(key);
        const revised = change(text);
        if (revised === undefined) return;
        try {
          const unchanged = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
          return await write(key, revised, attempt < REVISIONS ? unchanged : {});
        } catch (fault) {
          if (!MOVED.has(nameOf(fault))) throw fault;
        }
      }
    },
  };
}

/** Another writer was first: S3 answers 412, or 409 while both are under way (S3 conditional writes). */
const MOVED = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);
