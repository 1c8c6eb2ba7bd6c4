import { createInterface } from 'node:readline';
import { z } from 'zod';
import { prober } from '../../functions/adapters/http-probe.ts';
import type { ProbeVerdict } from '../../functions/domain/health/verdict.ts';
import { type Judges, NoJudges, type Verdict } from './python.ts';

interface HealthReport {
  readonly asked: number;
  /** What our prober and grpcio disagree about. */
  readonly wrong: readonly string[];
  /** States that were turned to the opposite, and those whose turn our prober did not tell. */
  readonly made: number;
  readonly missed: readonly string[];
}

type State = 'SERVING' | 'NOT_SERVING';

/** The empty name is the server as a whole; the long one needs a length of two bytes. */
const STATES: Readonly<Record<string, State>> = {
  '': 'SERVING',
  'shop.Cart': 'SERVING',
  'shop.Till': 'NOT_SERVING',
  [`shop.${'x'.repeat(195)}`]: 'SERVING',
};
const turned = (state: State): State => (state === 'SERVING' ? 'NOT_SERVING' : 'SERVING');

const PORTS = z.object({ health: z.number(), bare: z.number() });

/** Has our prober judge real servers of grpcio; says that it is skipped where there is none. @throws where they do not start */
export async function judgeHealth(judges: Judges): Promise<Verdict> {
  try {
    await judges.install('requirements-grpc.txt');
  } catch (fault) {
    if (!(fault instanceof NoJudges)) throw fault;
    return { line: `grpcio: skipped, ${fault.message}`, wrong: [] };
  }
  const { asked, wrong, made, missed } = await judgeHealthChecks(judges);
  return {
    line:
      `grpcio: ${asked} health checks of its servers, ${wrong.length} judged otherwise; ` +
      `${made - missed.length} of ${made} states turned on purpose told`,
    wrong: [...wrong, ...missed.map((service) => `not told: ${service}`)],
  };
}

async function judgeHealthChecks(judges: Judges): Promise<HealthReport> {
  const server = judges.serve('health_server.py', JSON.stringify(STATES));
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`health_server.py ended: ${await server.said}`);
    return JSON.parse(value);
  };
  try {
    const ports = PORTS.parse(await next());
    const wrong: string[] = [];
    for (const [service, state] of Object.entries(STATES)) {
      wrong.push(...differs(service, wanted(state), await ask(ports.health, service)));
    }
    wrong.push(...differs('no.Such', 'got NOT_FOUND, want SERVING', await ask(ports.health, 'no.Such')));
    const bare = 'got UNIMPLEMENTED, want SERVING: Method not found!';
    wrong.push(...differs('without a health service', bare, await ask(ports.bare, '')));

    const opposite = Object.fromEntries(Object.entries(STATES).map(([service, state]) => [service, turned(state)]));
    server.stdin.write(`${JSON.stringify(opposite)}\n`);
    await next();
    const missed: string[] = [];
    for (const [service, state] of Object.entries(STATES)) {
      if (differs(service, wanted(state), await ask(ports.health, service)).length === 0) missed.push(nameOf(service));
    }
    const made = Object.keys(STATES).length;
    return { asked: made + 2, wrong, made, missed };
  } finally {
    server.stdin.end();
    await server.ended;
  }
}

/** Why our prober is to call it failing; undefined where it is to pass. */
const wanted = (state: State): string | undefined => (state === 'SERVING' ? undefined : `got ${state}, want SERVING`);

async function ask(port: number, service: string): Promise<ProbeVerdict | undefined> {
  const check = { kind: 'grpc', timeout: 10_000, attempts: 1, ...(service === '' ? {} : { service }) } as const;
  const [verdict] = await prober().probe([{ address: '127.0.0.1', port, check }]);
  return verdict;
}

function differs(service: string, cause: string | undefined, verdict: ProbeVerdict | undefined): readonly string[] {
  const want = JSON.stringify(cause === undefined ? { state: 'passing' } : { state: 'failing', cause });
  const got = JSON.stringify(verdict);
  return got === want ? [] : [`${nameOf(service)}: got ${got}, want ${want}`];
}

const nameOf = (service: string): string => service || 'the server as a whole';
