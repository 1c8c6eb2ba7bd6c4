import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { UnavailableError } from '../domain/words/errors.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling, isForbidden, messageOf, nameOf, present } from './aws/faults.ts';
import { readPages } from './aws/pages.ts';
import { compact, readable } from './compact.ts';

/** The run bucket: JSON texts by key, large ones as gzip. */
export interface RunStore {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string, how?: { readonly plain: boolean }): Promise<void>;
  /** Reads an object for a revision that is to follow soon; its faults are the revision's. */
  ahead(key: string): Promise<ReadAhead>;
  /**
   * Reads, changes and writes one object so that no change in between is lost; undefined leaves it as it is. One that may
   * not be read has no ETag either: it is written over whatever stands there. It stays a plain text of whatever size: whoever
   * runs an earlier release after a rollback reads it too.
   *
   * @param ahead what the object was a moment ago: the first try takes it for granted, and S3 refuses it where it is not
   * @throws UnavailableError when other writers keep getting in before
   */
  revise(
    key: string,
    change: (text: string | undefined) => string | undefined,
    ahead?: Promise<ReadAhead>,
  ): Promise<void>;
}

/** An object as it was read; empty where there is none. */
export interface ReadAhead {
  readonly bytes?: Uint8Array;
  readonly tag?: string;
  readonly forbidden?: true;
}

/** What people who look back need of the run bucket, and no step does. */
export interface RunListing {
  /** Every object whose key begins so, in the order of their keys; times in milliseconds since the epoch. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly writtenAt: number }[]>;
}

export function runListing(
  Bucket: string,
  client: Pick<S3Client, 'send'> = new S3Client(clientSettings()),
): RunListing {
  return {
    async list(Prefix) {
      const call = 's3:ListObjectsV2';
      const pages = await readPages({
        call,
        ask: (ContinuationToken?: string) =>
          client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken })),
        next: ({ IsTruncated, NextContinuationToken }) =>
          present(IsTruncated, call, 'IsTruncated') ? present(NextContinuationToken, call, 'a token') : undefined,
      });
      return pages.flatMap(({ Contents = [] }) =>
        Contents.map(({ Key, LastModified }) => ({
          key: present(Key, call, 'a key'),
          writtenAt: present(LastModified, call, 'LastModified').getTime(),
        })),
      );
    },
  };
}

/** Attempts of a revision that others keep getting in before. */
const REVISIONS = 10;

/** The SDK retries a call up to the headers of its answer; an object that breaks off after them is read once more. */
const READS = 2;

export function runStore(Bucket: string, client: Pick<S3Client, 'send'> = new S3Client(clientSettings())): RunStore {
  const readOnce = async (Key: string): Promise<Stored> => {
    const call = 's3:GetObject';
    const { Body, ETag } = await calling(call, () => client.send(new GetObjectCommand({ Bucket, Key })));
    const bytes = await present(Body, call, 'a body')
      .transformToByteArray()
      .catch((cause: unknown) => {
        throw new BrokenOff(`${call} of "${Key}" broke off: ${messageOf(cause)}`, { cause });
      });
    return { bytes, ...(ETag !== undefined && { tag: ETag }) };
  };
  const read = async (Key: string): Promise<Stored> => {
    for (let reads = 1; ; reads += 1) {
      try {
        return await readOnce(Key);
      } catch (fault) {
        if (nameOf(fault) === 'NoSuchKey') return {};
        if (!(fault instanceof BrokenOff) || reads === READS) throw fault;
      }
    }
  };
  const readToRevise = async (Key: string): Promise<ReadAhead> => {
    try {
      return await read(Key);
    } catch (fault) {
      if (!isForbidden(fault)) throw fault;
      return { forbidden: true };
    }
  };
  const write = async (
    Key: string,
    Body: string | Uint8Array,
    condition: { IfMatch?: string; IfNoneMatch?: string },
  ) => {
    const how = { ContentType: 'application/json', ...(typeof Body !== 'string' && { ContentEncoding: 'gzip' }) };
    const command = new PutObjectCommand({ Bucket, Key, Body, ...how, ...condition });
    await calling('s3:PutObject', () => client.send(command));
  };
  return {
    async get(key) {
      const { bytes } = await read(key);
      return bytes && readable(bytes, `object "${key}"`);
    },
    put: (key, text, how) => write(key, how?.plain ? text : compact(text), {}),
    ahead(key) {
      const reading = readToRevise(key);
      reading.catch(() => {});
      return reading;
    },
    async revise(key, change, ahead) {
      for (let attempt = 1; ; attempt += 1) {
        const { bytes, tag, forbidden } = await (attempt === 1 && ahead ? ahead : readToRevise(key));
        const revised = change(bytes && textOrNothing(bytes));
        if (revised === undefined) return;
        try {
          const unchanged = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
          return await write(key, revised, forbidden ? {} : unchanged);
        } catch (fault) {
          if (!MOVED.has(nameOf(fault))) throw fault;
          if (attempt === REVISIONS) {
            const about = `s3:PutObject of "${key}": other writers were first ${REVISIONS} times in a row`;
            throw new UnavailableError(about, { cause: fault });
          }
        }
      }
    },
  };
}

/** What is damaged is no text, and no JSON either. */
function textOrNothing(bytes: Uint8Array): string {
  try {
    return readable(bytes, 'it');
  } catch {
    return '';
  }
}

type Stored = Omit<ReadAhead, 'forbidden'>;

class BrokenOff extends UnavailableError {}

/** Another writer was first: S3 answers 412, 409 while both are under way, or 404 after a removal (S3 conditional writes). */
const MOVED = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);
