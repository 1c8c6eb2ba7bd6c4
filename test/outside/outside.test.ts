import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { judgeHealth } from './health.ts';
import { installJudges } from './python.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outside-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('npm run outside', () => {
  it.each([
    { row: 'there is no Python', python: undefined, why: 'python3 is missing: ' },
    { row: 'Python is too old', python: 'echo 3 8', why: 'python3 is 3.8, want 3.9 or later' },
    {
      row: 'Python has no venv',
      python: '[ "$1" = -m ] && { echo "No module named venv" >&2; exit 1; }; echo 3 13',
      why: 'python3 makes no virtual environment: No module named venv',
    },
    {
      row: 'there is nothing to install from',
      python: `[ "$1" = -c ] && { echo 3 13; exit; }
        /bin/mkdir -p "$3/bin"; printf '#!/bin/sh\\necho no index >&2; exit 1' >"$3/bin/pip"; /bin/chmod +x "$3/bin/pip"`,
      why: 'pip installs no judges: no index',
    },
  ])('says aloud that it is skipped where $row', async ({ python, why }) => {
    if (python !== undefined) {
      await writeFile(join(folder, 'python3'), `#!/bin/sh\n${python}\n`);
      await chmod(join(folder, 'python3'), 0o755);
    }
    const env = { ...process.env, PATH: folder, TMPDIR: folder };

    const { stdout } = await promisify(execFile)(process.execPath, ['test/outside/main.ts'], { env });

    expect(stdout).toContain(`outside: skipped, ${why}`);
    expect(await readdir(folder)).toEqual(python === undefined ? [] : ['python3']);
  });

  it('says aloud that only the health checks are skipped where there is no grpcio to install', async () => {
    await writeFile(
      join(folder, 'python3'),
      `#!/bin/sh
      /bin/mkdir -p "$3/bin"
      printf '#!/bin/sh\ncase "$*" in *-grpc.txt) echo no wheel >&2; exit 1;; esac' >"$3/bin/pip"; /bin/chmod +x "$3/bin/pip"`,
    );
    await chmod(join(folder, 'python3'), 0o755);
    vi.stubEnv('PATH', folder);
    try {
      const judges = await installJudges(folder, new AbortController().signal);

      expect(await judgeHealth(judges)).toEqual({
        line: 'grpcio: skipped, pip installs no judges: no wheel',
        wrong: [],
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
