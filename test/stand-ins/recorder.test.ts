import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { startEndpoint } from './protocol.ts';
import { startRecorder } from './recorder.ts';
import { s3StandIn } from './s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two calls that succeed and one that fails, recorded. */
async function recorded(name: string, mostBytes?: number) {
  const path = join(folder, name);
  const recorder = startRecorder(path, mostBytes);
  const s3 = s3StandIn({ now: () => 0 });
  s3.addBucket('runs');
  const endpoint = await startEndpoint({ services: [s3], record: recorder.record });
  const client = new S3Client({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  await client.send(new PutObjectCommand({ Bucket: 'runs', Key: 'a', Body: 'ü' }));
  await client.send(new GetObjectCommand({ Bucket: 'runs', Key: 'a' }));
  await client.send(new GetObjectCommand({ Bucket: 'runs', Key: 'b' })).catch(() => {});
  client.destroy();
  await endpoint.close();
  recorder.close();
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a recording', () => {
  it('has every call and answer as the wire had them, and as they were meant', async () => {
    const [put, get, missing, end] = await recorded('whole.jsonl');

    const body = Buffer.from('ü').toString('base64');
    expect(put).toMatchObject({
      service: 's3',
      operation: 'PutObject',
      call: { method: 'PUT', path: '/runs/a', query: 'x-id=PutObject', body },
      answer: { status: 200, body: '' },
      input: { Bucket: 'runs', Key: 'a', Body: { base64: body } },
      output: { ETag: expect.any(String) },
    });
    expect(get).toMatchObject({
      answer: { body },
      output: { Body: { base64: body }, LastModified: { time: '1970-01-01T00:00:00.000Z' } },
    });
    expect(missing).toMatchObject({ operation: 'GetObject', answer: { status: 404 } });
    expect(missing).not.toHaveProperty('output');
    expect(end).toEqual({ recorded: 3, left: 0 });
  });

  it('has an end, and says what is left out', async () => {
    const lines = await recorded('short.jsonl', 100);

    expect(lines).toEqual([{ recorded: 0, left: 3 }]);
  });
});
