import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { basic, startService } from './running-service.ts';

const CONTEXT = 'examples';

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Instructions of a Dockerfile: comments left out, lines ending in a backslash joined. */
function readDockerfile(service: string): Instruction[] {
  const text = readFileSync(join(CONTEXT, service, 'Dockerfile'), 'utf8').replace(/^#.*\n/gm, '');
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n');
  return lines
    .filter((line) => line.trim())
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest: rest.trim() };
    });
}

const restsOf = (instructions: readonly Instruction[], name: string) =>
  instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** `a b/ to` → what is copied, and where to, below the working directory. */
const copiesOf = (instructions: readonly Instruction[]) =>
  restsOf(instructions, 'COPY')
    .map((rest) => rest.split(/\s+/))
    .map((words) => ({ sources: words.slice(0, -1), to: words.at(-1) ?? '' }));

const ignored = readFileSync(join(CONTEXT, '.dockerignore'), 'utf8').split('\n');

describe.each([
  { service: 'time', port: '8081', path: '/time/2006', user: basic('admin', 'password') },
  { service: 'calc', port: '8081', path: '/calc/1+1', user: basic('admin', 'password') },
  { service: 'portal', port: '8080', path: '/', user: {} },
])('examples/$service/Dockerfile', ({ service, port, path, user }) => {
  const instructions = readDockerfile(service);

  it('is a small image that does not run as root, checks its health and ends on SIGTERM', () => {
    const [base] = restsOf(instructions, 'FROM');
    const check = restsOf(instructions, 'HEALTHCHECK')[0] ?? '';

    expect(instructions.every(({ name, rest }) => name && rest)).toBe(true);
    expect(base).toBe('node:24-alpine');
    expect(restsOf(instructions, 'USER')).toEqual(['node']);
    expect(restsOf(instructions, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(restsOf(instructions, 'EXPOSE')).toEqual([port]);
    expect(restsOf(instructions, 'ENV').join(' ').split(/\s+/)).toContain(`PORT=${port}`);
    expect(check).toMatch(/--timeout=\d+s .*CMD wget .*\$\{PORT\}\/health" \|\| exit 1$/);
    // Whatever is copied before USER belongs to root, so the process cannot change its own code.
    expect(instructions.findIndex(({ name }) => name === 'USER')).toBeLessThan(
      instructions.findIndex(({ name }) => name === 'CMD'),
    );
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    const sources = copiesOf(instructions).flatMap((copy) => copy.sources);

    expect(sources).toContain(service);
    expect(sources.filter((source) => !existsSync(join(CONTEXT, source)))).toEqual([]);
    expect(sources.filter((source) => !ignored.includes(`!${source}`))).toEqual([]);
    expect(ignored).toContain('*');
  });

  it('runs from what it copies, answers, and ends with 0 on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), `image-${service}-`));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const { sources, to } of copiesOf(instructions)) {
      for (const source of sources) {
        const target = to.endsWith('./') ? join(folder, to, source) : join(folder, to);
        cpSync(join(CONTEXT, source), target, { recursive: true });
      }
    }
    const command: string[] = JSON.parse(restsOf(instructions, 'CMD')[0] ?? '[]');

    const running = await startService(service, { command, cwd: folder });
    const answer = await fetch(running.url + path, { headers: user });
    const health = await fetch(`${running.url}/health`);
    running.signal('SIGTERM');
    const how = await running.ended;

    expect(command[0]).toBe('node');
    expect([answer.status, health.status, how]).toEqual([200, 200, 0]);
    // A warning would be printed on every start of every container.
    expect(running.output()).not.toMatch(/warning/i);
  });
});
