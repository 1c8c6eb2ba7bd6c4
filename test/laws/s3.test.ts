import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3StandIn } from '../stand-ins/s3.ts';
import { foreign, foreignSetting, type LawsEndpoint, lawsEndpoint, standInOnly } from './endpoint.ts';

let endpoint: LawsEndpoint;
let client: S3Client;
let Bucket: string;
/** All keys of a test begin with this. */
let root: string;
const roots: string[] = [];

beforeAll(async () => {
  const standIn = s3StandIn({ now: Date.now });
  standIn.addBucket('laws');
  endpoint = await lawsEndpoint([standIn]);
  client = new S3Client({ ...endpoint.clientConfig, followRegionRedirects: true });
  Bucket = foreign ? foreignSetting('LAWS_BUCKET') : 'laws';
});
beforeEach(() => {
  root = `laws/${randomUUID().slice(0, 8)}/`;
  roots.push(root);
});
afterAll(async () => {
  for (const Prefix of foreign ? roots : []) {
    for (const key of await keys({ Prefix })) await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
  }
  client.destroy();
  await endpoint.close();
});

const put = (key: string, Body: string | Uint8Array = 'any', more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key: `${root}${key}`, Body, ...more }));

const get = (key: string, more: object = {}) =>
  client.send(new GetObjectCommand({ Bucket, Key: `${root}${key}`, ...more }));

async function keys(request: { Prefix: string; MaxKeys?: number }): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket, ...request })) {
    found.push(...(page.Contents ?? []).map(({ Key: key = '' }) => key));
  }
  return found;
}

describe('an object', () => {
  it.each([
    { what: 'no bytes', body: new Uint8Array() },
    { what: 'all byte values', body: Uint8Array.from({ length: 256 }, (_, index) => index) },
    { what: 'a megabyte', body: randomBytes(1 << 20) },
  ])('of $what comes back as it was', async ({ body }) => {
    await put('object', body);

    const got = await get('object');

    expect(await got.Body?.transformToByteArray()).toEqual(Uint8Array.from(body));
    expect(got.ContentLength).toBe(body.length);
  });

  it('sent as a stream comes back as it was', async () => {
    const chunks = [randomBytes(70_000), randomBytes(1), randomBytes(30_000)];
    const Body = Readable.from(chunks, { objectMode: false });

    await client.send(new PutObjectCommand({ Bucket, Key: `${root}stream`, Body, ContentLength: 100_001 }));

    const got = await get('stream');
    expect(await got.Body?.transformToByteArray()).toEqual(Uint8Array.from(Buffer.concat(chunks)));
  });

  it('has the MD5 of its bytes as ETag, its content type and its metadata', async () => {
    const { ETag: etag } = await put('object', 'hello', {
      ContentType: 'application/json',
      Metadata: { run: 'seven' },
    });

    const got = await get('object');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: `${root}object` }));

    expect(etag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    for (const answer of [got, head]) {
      expect(answer).toMatchObject({
        ETag: etag,
        ContentType: 'application/json',
        ContentLength: 5,
        Metadata: { run: 'seven' },
      });
      expect(answer.LastModified).toBeInstanceOf(Date);
    }
  });

  it('is replaced whole, its metadata too', async () => {
    await put('object', 'one', { Metadata: { run: 'one' } });

    await put('object', 'two');

    const got = await get('object');
    expect(await got.Body?.transformToString()).toBe('two');
    expect(got.Metadata).toEqual({});
    expect(got.ContentType).toBe('application/octet-stream'); // the SDK's own
  });

  standInOnly('signed by hand')('has a content type where no client gives one', async () => {
    const scope = 'any/20261101/us-east-1/s3/aws4_request';
    await fetch(`${endpoint.clientConfig.endpoint}/${Bucket}/${root}object`, {
      method: 'PUT',
      body: new Uint8Array([1]),
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=any` },
    });

    expect((await get('object')).ContentType).toBe('binary/octet-stream');
  });

  it.each(['a b+c', 'ümläut/日本', 'percent%20', '?#&=', 'quo\'te"', 'dots/../x', 'double//slash'])(
    'may have the key %s',
    async (key) => {
      await put(key, key);

      const got = await get(key);

      expect(await got.Body?.transformToString()).toBe(key);
      expect(await keys({ Prefix: root })).toEqual([`${root}${key}`]);
    },
  );

  it('whose checksum does not agree is refused', async () => {
    const outcome = put('object', 'hello', { ChecksumCRC32: 'AAAAAA==' });

    await expect(outcome).rejects.toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
    expect(await keys({ Prefix: root })).toEqual([]);
  });

  it('that is not there is NoSuchKey for GET and NotFound for HEAD', async () => {
    const got = await get('gone').catch((error: unknown) => error);
    const head = await client
      .send(new HeadObjectCommand({ Bucket, Key: `${root}gone` }))
      .catch((error: unknown) => error);

    expect(got).toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      $metadata: { httpStatusCode: 404 },
    });
    expect(head).toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });
});

describe('a key', () => {
  const KEY = { longest: 'k'.repeat(1_024), umlauts: 'ü'.repeat(513), long: 'k'.repeat(1_025) };

  it('has up to 1,024 bytes', async () => {
    const Key = `${root}${KEY.longest.slice(root.length)}`;
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'any' }));

    expect(await keys({ Prefix: root })).toEqual([Key]);
  });

  it.each(
    [KEY.long, KEY.umlauts].flatMap((Key) => [
      { call: 'PutObject', command: () => new PutObjectCommand({ Bucket, Key, Body: 'any' }) },
      { call: 'GetObject', command: () => new GetObjectCommand({ Bucket, Key }) },
      { call: 'DeleteObject', command: () => new DeleteObjectCommand({ Bucket, Key }) },
      { call: 'ListObjectsV2', command: () => new ListObjectsV2Command({ Bucket, Prefix: Key }) },
    ]),
  )('that is longer is refused by $call', async ({ command }) => {
    const sent = client.send(command() as GetObjectCommand);

    await expect(sent).rejects.toMatchObject({ name: 'KeyTooLongError', $metadata: { httpStatusCode: 400 } });
  });

  it('that is longer is refused by HeadObject, which cannot say why', async () => {
    const sent = client.send(new HeadObjectCommand({ Bucket, Key: KEY.long }));

    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('that is longer fails alone in DeleteObjects', async () => {
    await put('one');

    const answer = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: `${root}one` }, { Key: KEY.long }] } }),
    );

    expect(answer.Deleted).toEqual([{ Key: `${root}one` }]);
    expect(answer.Errors).toMatchObject([{ Key: KEY.long, Code: 'KeyTooLongError' }]);
  });
});

describe('a conditional write', () => {
  it('with If-None-Match: * creates but never replaces', async () => {
    await put('object', 'one', { IfNoneMatch: '*' });

    const second = put('object', 'two', { IfNoneMatch: '*' });

    await expect(second).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    expect(await (await get('object')).Body?.transformToString()).toBe('one');
  });

  it('with If-Match replaces only what it read', async () => {
    const { ETag: first } = await put('object', 'one');
    await put('object', 'two', { IfMatch: first });

    const late = put('object', 'three', { IfMatch: first });

    await expect(late).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    expect(await (await get('object')).Body?.transformToString()).toBe('two');
  });

  it('with If-Match on nothing is NoSuchKey', async () => {
    const outcome = put('object', 'one', { IfMatch: '"5d41402abc4b2a76b9719d911017c592"' });

    await expect(outcome).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });
});

describe('a conditional read', () => {
  it.each([
    { condition: 'If-None-Match with the same ETag', header: 'IfNoneMatch', same: true, status: 304 },
    { condition: 'If-Match with another ETag', header: 'IfMatch', same: false, status: 412 },
  ])('$condition gives $status', async ({ header, same, status }) => {
    const { ETag: etag } = await put('object', 'hello');

    const outcome = get('object', { [header]: same ? etag : '"0"' });

    await expect(outcome).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
  });
});

describe('deleting', () => {
  it('an object that is not there succeeds', async () => {
    const outcome = client.send(new DeleteObjectCommand({ Bucket, Key: `${root}gone` }));

    await expect(outcome).resolves.toMatchObject({ $metadata: { httpStatusCode: 204 } });
  });

  it('several objects at once tells which', async () => {
    await put('a');
    await put('b');
    const names = ['a', 'gone'].map((key) => ({ Key: `${root}${key}` }));

    const { Deleted: deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: names } }));

    expect(deleted?.map(({ Key }) => ({ Key }))).toEqual(names);
    expect(await keys({ Prefix: root })).toEqual([`${root}b`]);
  });

  it('no objects at all is refused', async () => {
    const outcome = client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [] } }));

    await expect(outcome).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});

describe('the list', () => {
  it('is ordered by the bytes of the keys and cut into pages', async () => {
    const names = ['B', 'a', 'a/b', 'a0', 'b', 'ä', '日', '\uFF61', '😀']; // the last two: UTF-16 has them reversed
    for (const name of names.toReversed()) await put(name);

    const pages = await Promise.all([1, 2, 3, 7, 1000].map((MaxKeys) => keys({ Prefix: root, MaxKeys })));

    for (const found of pages) expect(found).toEqual(names.map((name) => `${root}${name}`));
  });

  it('rolls keys up to a delimiter, each common prefix once, over pages too', async () => {
    for (const name of ['a', 'b/1', 'b/2', 'c', 'd/1/x', 'd/2/x']) await put(name);
    const seen: (string | undefined)[] = [];

    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: root, Delimiter: '/', MaxKeys: 1 })) {
      expect(page.KeyCount).toBeLessThanOrEqual(1);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }

    expect(seen).toEqual(['a', 'b/', 'c', 'd/'].map((name) => `${root}${name}`));
  });

  it('starts after a key and tells sizes and ETags', async () => {
    for (const name of ['a', 'b', 'c']) await put(name, 'hello');

    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: root, StartAfter: `${root}a` }));

    expect(page).toMatchObject({ IsTruncated: false, KeyCount: 2, Name: Bucket, Prefix: root });
    expect(page.Contents?.map(({ Key, Size, ETag }) => [Key, Size, ETag])).toEqual(
      ['b', 'c'].map((name) => [`${root}${name}`, 5, '"5d41402abc4b2a76b9719d911017c592"']),
    );
  });

  it('encodes keys for XML when asked to', async () => {
    await put('a b/ä&c');

    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: root, EncodingType: 'url' }));

    expect(page.EncodingType).toBe('url');
    expect(page.Contents?.map(({ Key = '' }) => Key)).toEqual([expect.stringMatching(/\/a(\+|%20)b\/%C3%A4%26c$/)]);
  });

  it('refuses a token that it did not give', async () => {
    const outcome = client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'bm9uc2Vuc2U=' }));

    await expect(outcome).rejects.toMatchObject({ name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } });
  });
});

describe('a bucket', () => {
  it('that is not there is NoSuchBucket, NotFound for HEAD', async () => {
    const missing = { Bucket: `none-${randomUUID()}` };
    const commands = [
      () => client.send(new ListObjectsV2Command(missing)),
      () => client.send(new PutObjectCommand({ ...missing, Key: 'a', Body: 'any' })),
      () => client.send(new HeadBucketCommand(missing)),
    ];

    const errors = await Promise.all(commands.map((send) => send().catch((error: unknown) => error)));

    expect(errors).toMatchObject([{ name: 'NoSuchBucket' }, { name: 'NoSuchBucket' }, { name: 'NotFound' }]);
    expect(errors[0]).toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it('that is there answers HEAD', async () => {
    const outcome = client.send(new HeadBucketCommand({ Bucket }));

    await expect(outcome).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  standInOnly('bucket names are global and slow to be free again')('is created once and deleted empty', async () => {
    const own = { Bucket: `own-${randomUUID()}` };
    await client.send(new CreateBucketCommand(own));
    await client.send(new PutObjectCommand({ ...own, Key: 'a', Body: 'any' }));

    const again = await client.send(new CreateBucketCommand(own)).catch((error: unknown) => error);
    const early = await client.send(new DeleteBucketCommand(own)).catch((error: unknown) => error);
    const { Buckets: buckets } = await client.send(new ListBucketsCommand());
    await client.send(new DeleteObjectCommand({ ...own, Key: 'a' }));
    await client.send(new DeleteBucketCommand(own));

    expect(again).toMatchObject({ name: 'BucketAlreadyOwnedByYou', $metadata: { httpStatusCode: 409 } });
    expect(early).toMatchObject({ name: 'BucketNotEmpty' });
    expect(buckets?.map(({ Name }) => Name)).toContain(own.Bucket);
    await expect(client.send(new HeadBucketCommand(own))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

standInOnly('it makes hundreds of calls')('any bytes under any key come back', async () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));

  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array({ maxLength: 200 }), async (name, body) => {
      await put(name, body);

      const got = await get(name);

      expect(await got.Body?.transformToByteArray()).toEqual(body);
    }),
    { numRuns: 60 },
  );
});
