// Whatever this check has started and that still runs: `check <tag>` fails when a process that inherited CHECK_RUN=<tag>
// or works in this checkout is left, and names the ports that it listens on. Other processes of the machine are not its business.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const attempt = (read, otherwise) => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** This process and those that started it. */
const own = new Set();
for (let pid = process.pid; pid > 1; ) {
  own.add(pid);
  pid = Number(/\) \S (\d+)/.exec(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), ''))?.[1] ?? 0);
}

const LISTEN = '0A';
const listening = new Map(
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    attempt(() => readFileSync(file, 'utf8'), '')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN)
      .map((fields) => [fields[9], Number.parseInt(fields[1].split(':')[1], 16)]),
  ),
);

const [, , tag] = process.argv;
if (!tag) throw new Error('got no tag, want the value of CHECK_RUN');

const isTagged = (pid) =>
  attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), '')
    .split('\0')
    .includes(`CHECK_RUN=${tag}`);
/** Tasks of the local run get an environment of their own, but work here. */
const isHere = (pid) => {
  const cwd = attempt(() => readlinkSync(`/proc/${pid}/cwd`), '');
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '');
  return cwd.startsWith(`${process.cwd()}/`) && command.includes('node');
};
const left = readdirSync('/proc')
  .map(Number)
  .filter((pid) => pid > 0 && !own.has(pid))
  .filter((pid) => isTagged(pid) || isHere(pid));
for (const pid of left) {
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '').replaceAll('\0', ' ');
  const sockets = attempt(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );
  const ports = sockets.flatMap((socket) => listening.get(/^socket:\[(\d+)\]$/.exec(socket)?.[1]) ?? []);
  console.log(`left over: process ${pid} ${command} listening on [${ports.join(', ')}]`);
}
if (left.length > 0) process.exit(1);
console.log('no process and no port is left over');
