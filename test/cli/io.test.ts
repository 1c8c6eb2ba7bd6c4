import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Io, printing } from '../../cli/io.ts';
import { PAINTED, painter } from '../../cli/view/style.ts';
import { HOSTILE_TEXTS, UNFIT } from '../support/hostile.ts';

function recorded(colours: boolean) {
  const lines: string[] = [];
  const take = (line: string) => void lines.push(line);
  const io: Io = {
    print: take,
    tell: take,
    progress: take,
    ask: async (question) => {
      take(question);
      return true;
    },
    variables: {},
    colours,
    interactive: true,
    pause: async () => {},
    ended: async () => {},
    now: () => 0,
  };
  return { io: printing(io), lines };
}

describe.each([{ colours: false }, { colours: true }])('with colours: $colours', ({ colours }) => {
  it.each(HOSTILE_TEXTS.map((text) => [text]))('prints %j as text, wherever it is printed', async (text) => {
    const { io, lines } = recorded(colours);

    io.print(text);
    io.tell(text);
    io.progress(text);
    await io.ask(text);

    const said = lines.flatMap((line) => (colours ? line.split(PAINTED).filter((_, at) => at % 2 === 0) : [line]));
    for (const line of said.flatMap((one) => one.split('\n'))) expect(line).not.toMatch(UNFIT);
  });
});

it('keeps our own colours and lines, and nothing else', () => {
  const { io, lines } = recorded(true);
  const paint = painter(true);
  const formats = ['red', 'green', 'yellow', 'dim', 'bold', 'cyan'] as const;
  const painted = formats.map((format) => paint(format, format)).join('\n');

  io.print(painted);
  io.print('\u001b[8mhidden\u001b[0m\u001b[41mred\u001b[38;5;1m');

  expect(lines).toEqual([painted, '\\u001b[8mhidden\\u001b[0m\\u001b[41mred\\u001b[38;5;1m']);
});

it('prints JSON that is still JSON, whatever is in it', () => {
  const { io, lines } = recorded(false);
  const value = { name: HOSTILE_TEXTS };

  io.print(JSON.stringify(value, null, 2));

  expect(JSON.parse(lines.join('\n'))).toEqual(value);
  expect(lines.join('\n').replaceAll('\n', '')).not.toMatch(UNFIT);
});

/** The command in a process of its own, its streams as the shell says. */
const shell = async (line: string) => {
  const command = `${process.execPath} bin/ecssd.mjs`;
  const done = await promisify(execFile)('sh', ['-c', line.replaceAll('ecssd', command)]).catch((failed) => failed);
  return { out: String(done.stdout), told: String(done.stderr) };
};

it('progress is for terminals: a pipe gets the answer alone', async () => {
  const script = `import('./cli/io.ts').then(({ processIo }) => { const io = processIo(); io.progress('looking'); io.print('found'); })`;

  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script]);

  expect([stdout, stderr]).toEqual(['found\n', '']);
});

describe('streams that end', () => {
  it.each([
    { row: 'the answer', line: '{ sleep 0.3; ecssd cost --help; echo "code $?" >&2; } | true', told: 'code 0\n' },
    { row: 'the answer of a fault', line: '{ sleep 0.3; ecssd 2>&1; echo "code $?" >&2; } | true', told: 'code 1\n' },
    {
      row: 'what is beside it',
      line: '{ { sleep 0.3; ecssd nonsense; echo "code $?" >&3; } 2>&1 | true; } 3>&2',
      told: 'code 1\n',
    },
  ])('$row: a closed pipe is quiet, and the exit code that of the command', async ({ line, told }) => {
    const done = await shell(line);

    expect(done.told).toBe(told);
  });

  it('a parent process that has closed its end is quiet, too', async () => {
    const child = spawn(process.execPath, ['bin/ecssd.mjs', 'cost', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let told = '';
    child.stderr.on('data', (data) => {
      told += data;
    });

    const [code] = await once(child, 'close');

    expect([code, told]).toEqual([0, '']);
  });

  it('a disk that is full is told, and fails the command', async () => {
    const done = await shell('ecssd cost --help > /dev/full; echo "code $?"');

    expect(done.told).toMatch(/^the output could not be written: .*ENOSPC/);
    expect(done.out).toBe('code 1\n');
  });
});
