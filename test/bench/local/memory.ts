import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it has started, and so on: what is there now. Linux only. */
export function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // After the name, which may hold anything: state, parent (proc(5), `stat`).
    const [, parent] = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
    const known = children.get(Number(parent));
    if (known) known.push(Number(pid));
    else children.set(Number(parent), [Number(pid)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Proportional set size of a process, in megabytes (MiB); 0 once it is gone. */
export function megabytesOf(pid: number): number {
  return Number(/^Pss: +(\d+) kB$/m.exec(read(String(pid), 'smaps_rollup'))?.[1] ?? 0) / 1_024;
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
