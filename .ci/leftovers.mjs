// Listening ports and processes of this checkout: `list` prints the ports, `check <ports>` fails when there are more,
// or when a process of this checkout still runs.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const attempt = (read) => {
  try {
    return read();
  } catch {
    return '';
  }
};
const LISTEN = '0A';
const ports = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
  attempt(() => readFileSync(file, 'utf8'))
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => Number.parseInt(fields[1].split(':')[1], 16)),
);

/** This process and those that started it. */
const own = new Set();
for (let pid = process.pid; pid > 1; ) {
  own.add(pid);
  pid = Number(/\) \S (\d+)/.exec(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')))?.[1] ?? 0);
}
const here = process.cwd();
const processes = readdirSync('/proc')
  .map(Number)
  .filter((pid) => pid > 0 && !own.has(pid))
  .map((pid) => ({
    pid,
    cwd: attempt(() => readlinkSync(`/proc/${pid}/cwd`)),
    command: attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' '),
  }))
  .filter(({ cwd, command }) => (cwd === here || cwd.startsWith(`${here}/`)) && command.includes('node'));

const [, , what, before = ''] = process.argv;
if (what === 'list') {
  console.log([...new Set(ports)].join(' '));
} else {
  const known = new Set(before.split(' ').map(Number));
  const left = [...new Set(ports)].filter((port) => !known.has(port));
  for (const { pid, command } of processes) console.log(`left over: process ${pid} ${command}`);
  for (const port of left) console.log(`left over: port ${port}`);
  if (processes.length + left.length > 0) process.exit(1);
  console.log('no process and no port is left over');
}
