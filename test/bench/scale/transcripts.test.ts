import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTranscript, Transcripts } from './transcripts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scale-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const call = (operation: string, input: object) => ({ service: 'ecs', operation, input });
const never = () => Promise.reject(new Error('the service was asked'));

/** One call of a function that was told these answers; the transcript as it is read again. */
function written(note: (writing: ReturnType<Transcripts['begin']>) => void) {
  const transcripts = new Transcripts(folder);
  const writing = transcripts.begin('PlanChanges', { run: 1 }, 7);
  note(writing);
  writing.end(true);
  transcripts.close();
  return readTranscript(transcripts.kept.get('PlanChanges')?.path ?? '');
}

it('gives the answers again, with their times and bytes, each to its question', async () => {
  const { around, payload, now } = written((writing) => {
    writing.note(call('GetObject', { Key: 'a' }), { answer: { Body: Buffer.from('one') } });
    writing.note(call('GetObject', { Key: 'b' }), { answer: { at: new Date(5) } });
  });

  const second = await around(call('GetObject', { Key: 'b' }), never);
  const first = await around(call('GetObject', { Key: 'a' }), never);

  expect([payload, now]).toEqual([{ run: 1 }, 7]);
  expect(second).toEqual({ at: new Date(5) });
  expect(String(Reflect.get(first, 'Body'))).toBe('one');
});

it('gives faults again as the SDK throws them', async () => {
  const fault = Object.assign(new Error('gone'), { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  const { around } = written((writing) => writing.note(call('GetObject', { Key: 'a' }), { fault }));

  await expect(around(call('GetObject', { Key: 'a' }), never)).rejects.toMatchObject({
    name: 'NoSuchKey',
    message: 'gone',
    $metadata: { httpStatusCode: 404 },
  });
});

it('writes nothing down of a function that has ended', async () => {
  const transcripts = new Transcripts(folder);
  const [failed, next] = [transcripts.begin('CollectTasks', 1, 0), transcripts.begin('CollectTasks', 2, 0)];
  failed.end(false);
  const later = transcripts.begin('CollectTasks', 3, 0);
  failed.note(call('ListTasks', {}), { answer: { late: true } });
  later.note(call('ListTasks', {}), { answer: { late: false } });
  for (const writing of [next, later]) writing.end(true);
  transcripts.close();

  const { around } = readTranscript(transcripts.kept.get('CollectTasks')?.path ?? '');

  expect(await around(call('ListTasks', {}), never)).toEqual({ late: false });
});

it('keeps of each function the call that was told most, and what every new sandbox asks for', async () => {
  const transcripts = new Transcripts(folder);
  for (const [answer, succeeded] of [
    ['short', true],
    ['the longest, but it failed', false],
    ['the longer one', true],
    ['shorter', true],
  ] as const) {
    const writing = transcripts.begin('CollectTasks', answer, 0);
    writing.note(call('DescribeTaskDefinition', { taskDefinition: answer }), { answer: { answer } });
    writing.end(succeeded);
  }
  transcripts.close();

  const { payload, around } = readTranscript(transcripts.kept.get('CollectTasks')?.path ?? '');
  const other = await around(call('DescribeTaskDefinition', { taskDefinition: 'short' }), never);

  expect(payload).toBe('the longer one');
  expect(other).toEqual({ answer: 'short' });
});
