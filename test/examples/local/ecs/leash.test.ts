import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../../../../examples/local/is-alive.ts';
import { soon } from './world.ts';

const HOLDER = `
  import { startTaskProcess } from './examples/local/ecs/task-process.ts';
  let pid = 0;
  ({ pid } = await startTaskProcess({
    command: { args: ['calc/main.ts'], folder: 'examples' },
    environment: { HOST: '127.0.0.1', PORT: '0', CONTAINER_ID: 'c', INSTANCE_ID: 'i' },
    log: (text) => console.log('pid ' + pid, text),
  }));
`;

it('a task ends with the process that holds it, however that one ended', async () => {
  const holder = spawn(process.execPath, ['--input-type=module-typescript', '--eval', HOLDER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  let output = '';
  holder.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await soon(() => expect(output).toContain('listening on'));
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  const wasAlive = isAlive(pid);

  holder.kill('SIGKILL');
  await once(holder, 'exit');

  expect(wasAlive).toBe(true);
  await soon(() => expect(isAlive(pid)).toBe(false));
});
