import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runListing, runStore } from '../../functions/adapters/run-store.ts';
import { type S3StandIn, s3StandIn } from '../stand-ins/s3.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { failure, pointClientsAt, served } from './served.ts';

async function servedBucket() {
  const s3 = s3StandIn({ now: Date.now });
  s3.addBucket('runs');
  return { ...(await served(s3)), s3 };
}

describe('an object', () => {
  it('is read as it was written, the last time', async () => {
    await servedBucket();
    const store = runStore('runs');

    await store.put('runs/one/plan', '{"first":1}');
    await store.put('runs/one/plan', '{"second":2}');

    expect(await store.get('runs/one/plan')).toBe('{"second":2}');
  });

  it('is absent where there is none, and then only', async () => {
    const { inject } = await servedBucket();
    const store = runStore('runs');

    const absent = await store.get('runs/one/plan');
    inject('GetObject', new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 }));
    const forbidden = await failure(store.get('runs/one/plan'));
    const noBucket = await failure(runStore('nowhere').put('a', '1'));

    expect(absent).toBeUndefined();
    expect(forbidden.name).toBe('AccessDenied');
    expect(noBucket.name).toBe('NoSuchBucket');
  });

  it('may have any key and any text', async () => {
    await servedBucket();
    const store = runStore('runs');
    const key = fc
      .string({
        unit: fc.constantFrom('a', 'Z', '0', '/', '_', '.', '-', ' ', '+', '%', '&', '=', '*', "'", 'ü', '😀'),
        minLength: 1,
        maxLength: 30,
      })
      .map((text) => `inventory/${text}`)
      // A client may take them for steps up and down a path.
      .filter((text) => !text.split('/').some((part) => part === '.' || part === '..' || part === ''));

    await fc.assert(
      fc.asyncProperty(key, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), async (where, text) => {
        await store.put(where, text);

        expect(await store.get(where)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('may have megabytes', async () => {
    await servedBucket();
    const store = runStore('runs');
    const large = JSON.stringify(
      Array.from({ length: 60_000 }, (_, index) => `10.0.${index}, ü and 😀: ${'x'.repeat(70)}`),
    );

    await store.put('large', large);

    expect(large.length).toBeGreaterThan(5_000_000);
    expect(await store.get('large')).toBe(large);
  });

  it('is sent as JSON', async () => {
    const { inputs } = await servedBucket();

    await runStore('runs').put('a', '{}');

    expect(inputs('PutObject')).toEqual([
      expect.objectContaining({ Bucket: 'runs', Key: 'a', ContentType: 'application/json' }),
    ]);
  });
});

describe('a large object', () => {
  const large = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => `10.0.0.${index} ü 😀`));

  it('is kept as gzip, and says so to whatever fetches it', async () => {
    const { inputs } = await servedBucket();

    await runStore('runs').put('a', large);

    const [{ Body, ...sent } = {}] = inputs('PutObject') as PutObjectCommandInput[];
    expect(sent).toMatchObject({ ContentType: 'application/json', ContentEncoding: 'gzip' });
    expect(gunzipSync(Body as Uint8Array).toString()).toBe(large);
    expect((Body as Uint8Array).byteLength).toBeLessThan(large.length / 4);
    expect(await runStore('runs').get('a')).toBe(large);
  });

  it('is kept as it is where other releases read it too', async () => {
    const { inputs } = await servedBucket();

    await runStore('runs').put('a', large, { plain: true });

    const [sent] = inputs('PutObject') as PutObjectCommandInput[];
    expect([Buffer.from(sent?.Body as Uint8Array).toString(), sent?.ContentEncoding]).toEqual([large, undefined]);
  });

  it('is read as an earlier release has written it, as a plain text', async () => {
    const { s3 } = await servedBucket();
    await putRaw(s3, 'a', large);

    expect(await runStore('runs').get('a')).toBe(large);
  });

  it('that is revised stays a plain text, which an earlier release reads too', async () => {
    const { inputs } = await servedBucket();
    const store = runStore('runs');

    await store.revise('a', () => large);
    await store.revise('a', (text) => `${text} and more`);

    const bodies = (inputs('PutObject') as PutObjectCommandInput[]).map(({ Body }) => Buffer.from(Body as Uint8Array));
    expect(bodies.map(String)).toEqual([large, `${large} and more`]);
  });

  it('that somebody has packed by hand is revised all the same', async () => {
    const { s3 } = await servedBucket();
    await putRaw(s3, 'a', gzipSync('one'));

    await runStore('runs').revise('a', (text) => `${text}, two`);

    expect(await runStore('runs').get('a')).toBe('one, two');
  });

  it('whose gzip is damaged says so, and is no text where it is revised', async () => {
    const { s3 } = await servedBucket();
    await putRaw(s3, 'a', gzipSync(large).subarray(0, 1_000));
    const store = runStore('runs');

    const read = await failure(store.get('a'));
    await store.revise('a', (text) => (text === '' ? 'anew' : undefined));

    expect(read.name).toBe('PayloadError');
    expect(read.message).toBe('object "a" is damaged, its gzip cannot be read: unexpected end of file; run again');
    expect(await store.get('a')).toBe('anew');
  });
});

/** Writes an object past the store. */
const putRaw = async (s3: S3StandIn, Key: string, Body: string | Uint8Array) =>
  s3.operations.PutObject?.({ Bucket: 'runs', Key, Body } as never, {} as never);

/** A bucket whose answers are written by hand. */
async function rawBucket(answer: RequestListener): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  pointClientsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('an object that breaks off', () => {
  it('is read once more', async () => {
    let reads = 0;
    await rawBucket((_, response) => {
      reads += 1;
      response.writeHead(200, { 'content-length': '10' });
      response.write('01234');
      if (reads === 1) setImmediate(() => response.destroy());
      else response.end('56789');
    });

    const text = await runStore('runs').get('a');

    expect(text).toBe('0123456789');
    expect(reads).toBe(2);
  });

  it('is a fault when it does so again, never a shorter object', async () => {
    let reads = 0;
    await rawBucket((_, response) => {
      reads += 1;
      response.writeHead(200, { 'content-length': '10' });
      response.write('01234');
      setImmediate(() => response.destroy());
    });

    const fault = await failure(runStore('runs').get('a'));

    expect(fault.message).toMatch(/^s3:GetObject of "a" broke off: /);
    expect(reads).toBe(2);
  });
});

describe('a revision', () => {
  const append = (word: string) => (text: string | undefined) => (text === undefined ? word : `${text} ${word}`);

  it('writes a new object, and then on top of what stands', async () => {
    await servedBucket();
    const store = runStore('runs');

    await store.revise('a', append('one'));
    await store.revise('a', append('two'));

    expect(await store.get('a')).toBe('one two');
  });

  it('that was begun ahead writes on top of what it has read then', async () => {
    const { inputs } = await servedBucket();
    const store = runStore('runs');
    await store.put('a', 'one');

    const ahead = store.ahead('a');
    await store.revise('a', append('two'), ahead);
    const none = store.ahead('b');
    await store.revise('b', append('one'), none);

    expect([await store.get('a'), await store.get('b')]).toEqual(['one two', 'one']);
    expect(inputs('GetObject')).toHaveLength(2 + 2);
  });

  it.each([
    { row: 'was changed', before: 'old' },
    { row: 'was made', before: undefined },
  ])('that was begun ahead loses nothing of an object that $row meanwhile', async ({ before }) => {
    await servedBucket();
    const store = runStore('runs');
    if (before !== undefined) await store.put('a', before);

    const ahead = store.ahead('a');
    await ahead;
    await runStore('runs').put('a', 'theirs');
    await store.revise('a', append('ours'), ahead);

    expect(await store.get('a')).toBe('theirs ours');
  });

  it('that was begun ahead in vain fails where it is made, and nowhere else', async () => {
    const { inject } = await servedBucket();
    const store = runStore('runs');
    inject('GetObject', new ServiceFault('NoSuchBucket', 'no bucket', { statusCode: 404 }));

    const ahead = store.ahead('a');
    await new Promise((later) => setTimeout(later, 50));
    const fault = await failure(store.revise('a', append('ours'), ahead));

    expect(fault.name).toBe('NoSuchBucket');
  });

  it('writes nothing when nothing is to be changed', async () => {
    const { inputs } = await servedBucket();

    await runStore('runs').revise('a', () => undefined);

    expect(inputs('PutObject')).toEqual([]);
  });

  it('loses nothing that others write at the same time', async () => {
    await servedBucket();
    const words = ['one', 'two', 'three', 'four'];

    await Promise.all(words.map((word) => runStore('runs').revise('a', append(word))));

    expect((await runStore('runs').get('a'))?.split(' ').toSorted()).toEqual(words.toSorted());
  });

  it.each([
    { row: 'was created', before: undefined, after: 'theirs ours' },
    { row: 'was changed', before: 'old', after: 'theirs ours' },
    { row: 'was removed', before: 'old', remove: true, after: 'ours' },
  ])('reads again when the object $row after it was read', async ({ before, remove, after }) => {
    const { s3, inject } = await servedBucket();
    const store = runStore('runs');
    if (before !== undefined) await store.put('a', before);
    const asked: (string | undefined)[] = [];
    const meanwhile = async () => {
      const context = { region: 'us-east-1', accountId: '123456789012', requestId: 'theirs' };
      const change = remove ? s3.operations.DeleteObject : s3.operations.PutObject;
      const object = { Bucket: 'runs', Key: 'a' };
      await change?.((remove ? object : { ...object, Body: Buffer.from('theirs') }) as never, context);
      return undefined;
    };
    inject('PutObject', meanwhile, 1);

    await store.revise('a', (text) => {
      asked.push(text);
      return append('ours')(text);
    });

    expect(asked[0]).toBe(before);
    expect(await store.get('a')).toBe(after);
  });

  it('gives up after ten times, and never writes over what it has not read', async () => {
    const { s3, inject, inputs } = await servedBucket();
    const context = { region: 'us-east-1', accountId: '123456789012', requestId: 'theirs' };
    let times = 0;
    inject('PutObject', async () => {
      times += 1;
      await s3.operations.PutObject?.(
        { Bucket: 'runs', Key: 'a', Body: Buffer.from(`theirs ${times}`) } as never,
        context,
      );
      return undefined;
    });

    const fault = await failure(runStore('runs').revise('a', append('ours')));

    expect(fault).toMatchObject({ name: 'UnavailableError', message: expect.stringContaining('10 times in a row') });
    expect(await runStore('runs').get('a')).toBe('theirs 10');
    const conditions = inputs<PutObjectCommandInput>('PutObject').map(
      ({ IfMatch, IfNoneMatch }) => IfMatch ?? IfNoneMatch,
    );
    expect(conditions).toEqual(Array.from({ length: 10 }, () => expect.any(String)));
  });

  it('writes over what it may not read', async () => {
    const { inject } = await servedBucket();
    const store = runStore('runs');
    await store.put('a', 'unreadable');
    inject('GetObject', new ServiceFault('AccessDenied', 'no', { statusCode: 403 }), 1);

    await store.revise('a', append('ours'));

    expect(await store.get('a')).toBe('ours');
  });

  it('passes on every other fault', async () => {
    const { inject } = await servedBucket();
    inject('PutObject', new ServiceFault('AccessDenied', 'no', { statusCode: 403 }));

    const fault = await failure(runStore('runs').revise('a', append('one')));

    expect(fault.name).toBe('AccessDenied');
  });
});

describe('a listing', () => {
  it('has every object below a prefix, over all of its pages, and none beside it', async () => {
    const { s3 } = await servedBucket();
    const context = { region: 'us-east-1', accountId: '123456789012', requestId: 'r' };
    const names = Array.from({ length: 1_001 }, (_, index) => `outcomes/2026-11-22/${String(index).padStart(4, '0')}`);
    for (const Key of [...names, 'outcomes/2026-11-21/x', 'runs/y']) {
      await s3.operations.PutObject?.({ Bucket: 'runs', Key, Body: Buffer.from('{}') } as never, context);
    }

    const listed = await runListing('runs').list('outcomes/2026-11-22/');

    expect(listed.map(({ key }) => key)).toEqual(names);
    expect(Math.abs((listed[0]?.writtenAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('is empty where nothing is kept, and a fault where there is no bucket', async () => {
    await servedBucket();

    const nothing = await runListing('runs').list('outcomes/');
    const noBucket = await failure(runListing('nowhere').list('outcomes/'));

    expect(nothing).toEqual([]);
    expect(noBucket.name).toBe('NoSuchBucket');
  });
});
