import { randomBytes } from 'node:crypto';
import { STS } from '@aws-sdk/client-sts';
import { confirmed } from '../../cli/command.ts';
import { UsageError } from '../../cli/errors.ts';
import { processIo } from '../../cli/io.ts';
import { end, settleAll } from './acceptance.ts';
import { textOf } from './check.ts';
import { announcement, LONGEST } from './costs.ts';
import { type Journal, journalPath, readJournal, write, writeJournal } from './journal.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { type Account, connect, deploy } from './places/account.ts';
import { localPlace } from './places/local.ts';
import { accepted, reportOf, tallyText } from './report.ts';

/** `npm run acceptance`: settles what only an account can tell. */

const io = processIo();
const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (stopped.signal.aborted) process.exit(1);
    stopped.abort(new Error('it was stopped'));
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = options === 'help' ? help() : await accept(options);
} catch (fault) {
  io.tell(fault instanceof UsageError ? fault.message : textOf(fault));
  process.exitCode = 1;
}
setTimeout(() => process.exit(), 3_000).unref();

function help(): number {
  for (const line of USAGE.trimEnd().split('\n')) io.print(line);
  return 0;
}

/** @returns the exit code: 0 where nothing speaks against what is promised, and nothing is left */
async function accept(options: Options): Promise<number> {
  const given = options.resume ?? options.destroy;
  const path = given ?? journalPath(options.out, new Date());
  const begun = given === undefined ? undefined : readJournal(given);
  const kind = begun?.kind ?? (options.local ? 'local' : 'account');
  if (begun && options.local && kind !== 'local')
    throw new UsageError(`${path} is of an account, and --local was given`);
  if (begun?.takenDown) {
    io.print(`${path}: everything has been taken down already; ${tallyText(begun.entries)}`);
    return accepted(begun.entries) ? 0 : 1;
  }
  const save = (journal: Journal) => {
    writeJournal(path, journal);
    write(path.replace(/\.json$/, '.md'), reportOf(journal));
  };
  const course = { save, print: io.print, progress: io.progress, signal: stopped.signal };
  const started = begun ?? freshJournal(kind);
  try {
    const journal =
      kind === 'local' ? await locally(started, course) : await inAccount(started, { ...course, options, path });
    if (!journal) return 1;
    io.print(`${tallyText(journal.entries)}; report: ${path.replace(/\.json$/, '.md')}`);
    return accepted(journal.entries) && journal.takenDown ? 0 : 1;
  } catch (fault) {
    if (fault instanceof UsageError) throw fault;
    io.tell(`broken off: ${textOf(fault)}`);
    io.tell(`go on:      npm run acceptance -- --resume ${path}`);
    if (kind === 'account')
      io.tell(`take down:  npm run acceptance -- --destroy ${path}   (until then it costs money by the hour)`);
    return 1;
  }
}

type Course = Omit<Parameters<typeof end>[1], 'journal'>;

async function locally(journal: Journal, course: Course): Promise<Journal> {
  const place = await localPlace(course.signal);
  try {
    const fresh = { ...journal, begun: true, deployed: true, label: place.label };
    course.save(fresh);
    return await end(place, { ...course, journal: await settleAll(place, { ...course, journal: fresh }) });
  } finally {
    await place.close();
  }
}

async function inAccount(
  journal: Journal,
  { options, path, ...course }: Course & { readonly options: Options; readonly path: string },
): Promise<Journal | undefined> {
  const { account, region, who } = await identity();
  if (journal.begun && (journal.account !== account || journal.region !== region)) {
    throw new UsageError(
      `${path} is of account ${journal.account} in ${journal.region}, these credentials are of ${account} in ${region}`,
    );
  }
  const target: Account = { account, region, prefix: journal.prefix, tell: io.progress };
  const named = { ...journal, account, region, label: `Account ${account}, ${region}` };
  if (options.destroy !== undefined) return end(await connect(target), { ...course, journal: named });
  for (const line of announcement({ ...target, who })) io.print(line);
  const given = {
    flag: (name: string) => name === 'yes' && options.yes,
    text: () => undefined,
    texts: () => [],
    operands: [],
  };
  if (!(await confirmed(given, io, 'Make it?'))) return undefined;

  let now: Journal = { ...named, begun: true };
  course.save(now);
  if (!now.deployed) {
    await deploy(target, {}, course.signal);
    now = { ...now, deployed: true };
    course.save(now);
  }
  const place = await connect(target);
  // What has been settled by then is settled; the rest is not worth the money.
  const late = AbortSignal.timeout(
    LONGEST * 3_600_000 - ((Date.now() - Date.parse(now.startedAt)) % (LONGEST * 3_600_000)),
  );
  const settled = await settleAll(place, {
    ...course,
    journal: now,
    signal: AbortSignal.any([course.signal, late]),
  }).catch((fault: unknown) => {
    if (!late.aborted) throw fault;
    io.tell(`${LONGEST} h are over: what has not been settled by now is left, and everything is taken down`);
    return readJournal(path);
  });
  return end(place, { ...course, journal: settled });
}

/** @throws UsageError where there are no credentials, or no Region */
async function identity(): Promise<{ readonly account: string; readonly region: string; readonly who: string }> {
  const sts = new STS();
  try {
    const region = await Promise.resolve(sts.config.region());
    const { Account: account = '', Arn: who = '' } = await sts.getCallerIdentity({});
    return { account, region, who };
  } catch (fault) {
    throw new UsageError(
      `no account to make anything in: ${textOf(fault)}; give credentials and AWS_REGION as the AWS SDKs read them, or --local`,
    );
  }
}

function freshJournal(kind: Journal['kind']): Journal {
  return {
    version: 1,
    kind,
    startedAt: new Date().toISOString(),
    prefix: `acceptance-${randomBytes(3).toString('hex')}`,
    account: '',
    region: '',
    label: kind === 'local' ? 'The services of this machine' : '',
    begun: false,
    deployed: false,
    takenDown: false,
    entries: [],
  };
}
