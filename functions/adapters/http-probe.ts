import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { isIpv6 } from '../domain/dns/ownership.ts';
import { type Check, passes, wantedStatuses } from '../domain/ecs/check.ts';
import { ATTEMPT_PAUSE } from '../domain/health/probe-packing.ts';
import { joinFamilies, type ProbeVerdict } from '../domain/health/verdict.ts';
import { CHECKER_DEADLINE, ENDPOINTS_PER_PROBE_BATCH } from '../domain/words/quotas.ts';
import { pool } from './aws/pool.ts';
import { askHealth } from './grpc-probe.ts';

export interface Probed {
  readonly address: string;
  /** Where both families are published; then both are probed. */
  readonly address6?: string;
  readonly port: number;
  readonly check: Check;
}

export interface Prober {
  /** One verdict per target, in their order. Never throws for a target's sake. */
  probe(targets: readonly Probed[]): Promise<readonly ProbeVerdict[]>;
}

export interface ProberSettings {
  /**
   * Probes at the same time; a whole batch unless given, so that those that hang do so together. A function has 1,024
   * file descriptors.
   */
  readonly concurrency?: number;
  /** Milliseconds after which what has not been probed is called unprobed. */
  readonly deadline?: number;
}

/** Bytes of a body that are read before the connection is dropped: the status has been seen by then. */
const MAX_BODY = 4_096;
/** Characters of a cause: four hundred of them go through the state. */
const MAX_CAUSE = 120;

/**
 * Probes endpoints in parallel: HTTP GET, the health service of gRPC, or a TCP connect; of both families where both are
 * published.
 *
 * Connects to the given address and port only: neither path nor host become a URL, redirects are not followed.
 */
export function prober({
  concurrency = ENDPOINTS_PER_PROBE_BATCH,
  deadline = CHECKER_DEADLINE,
}: ProberSettings = {}): Prober {
  return {
    async probe(targets) {
      const end = AbortSignal.timeout(deadline);
      return pool(targets, concurrency, (target) => probeAll(target, end));
    },
  };
}

/** Both at the same time, so that they take no longer than one. */
async function probeAll({ address6, ...target }: Probed, end: AbortSignal): Promise<ProbeVerdict> {
  if (address6 === undefined) return probeOne(target, end);
  const probes = [target, { ...target, address: address6 }].map((one) => probeOne(one, end));
  const [in4 = OUT_OF_TIME, in6 = OUT_OF_TIME] = await Promise.all(probes);
  return joinFamilies(in4, in6);
}

const OUT_OF_TIME: ProbeVerdict = { state: 'unprobed', cause: 'the batch of probes ran out of time' };

async function probeOne(target: Probed, end: AbortSignal): Promise<ProbeVerdict> {
  let verdict = OUT_OF_TIME;
  for (let attempt = 1; attempt <= target.check.attempts; attempt += 1) {
    if (end.aborted) return OUT_OF_TIME;
    const started = performance.now();
    verdict = await attemptOne(target, end);
    if (verdict.state === 'passing') return verdict;
    const rest = ATTEMPT_PAUSE - (performance.now() - started);
    if (attempt < target.check.attempts && rest > 0) await new Promise((resume) => setTimeout(resume, rest));
  }
  return end.aborted ? OUT_OF_TIME : verdict;
}

async function attemptOne(target: Probed, end: AbortSignal): Promise<ProbeVerdict> {
  const signal = AbortSignal.any([end, AbortSignal.timeout(target.check.timeout)]);
  try {
    const fault = await ASK[target.check.kind](target, signal);
    return fault === undefined ? { state: 'passing' } : failing(fault);
  } catch (fault) {
    if (signal.aborted)
      return { state: 'failing', kind: 'timeout', cause: `no answer within ${target.check.timeout} ms` };
    const { code = '' } = fault as { readonly code?: string };
    if (OWN_FAULTS.has(code)) return { state: 'unprobed', cause: `the prober has run out of sockets (${code})` };
    if (NO_ROUTES.has(code)) {
      return { state: 'unprobed', kind: 'no-route', cause: `the health checker has no route to it (${code})` };
    }
    return failing(causeOf(fault));
  }
}

/** Each says why a target fails, or nothing. */
const ASK: Readonly<Record<Check['kind'], (target: Probed, signal: AbortSignal) => Promise<string | undefined>>> = {
  tcp: connect,
  grpc: askHealth,
  https: request,
  http: request,
};

/** Faults of the prober's own machine, which say nothing of the target. */
const OWN_FAULTS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/** Faults of the network between: in a VPC a dead host gives no answer at all, only a missing route gives these. */
const NO_ROUTES = new Set(['EHOSTUNREACH', 'ENETUNREACH']);

/** Printable ASCII: what a peer makes us say must not grow sixfold as JSON. */
const failing = (cause: string): ProbeVerdict => ({
  state: 'failing',
  cause: cause.slice(0, MAX_CAUSE).replace(/[^\x20-\x7e]/g, '?'),
});

function connect({ address, port }: Probed, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: address, port });
    const drop = () => socket.destroy(new Error('aborted'));
    signal.addEventListener('abort', drop, { once: true });
    socket.once('connect', () => {
      resolve(undefined);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', drop);
      reject(new Error('connection closed'));
    });
  });
}

function request({ address, port, check }: Probed, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      host: address,
      port,
      path: check.path ?? '/',
      method: 'GET',
      agent: false,
      headers: {
        Host: check.host ?? `${isIpv6(address) ? `[${address}]` : address}:${port}`,
        'User-Agent': 'ecs-service-discovery-dns',
        Connection: 'close',
      },
    };
    const sent =
      check.kind === 'https'
        ? https.request({ ...options, rejectUnauthorized: false, servername: serverNameOf(check) })
        : http.request(options);
    // By ourselves: after an answer such as 101, Node has no request left that its own signal could end.
    const abort = () => {
      sent.destroy();
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    let answer: http.IncomingMessage | undefined;
    const judge = (status = 0) => {
      resolve(passes(check, status) ? undefined : `got status ${status}, want ${wantedStatuses(check)}`);
      sent.destroy();
    };
    // Not once: an error that nobody hears ends the process, and a broken answer may give several. What comes after a
    // whole answer does not count.
    sent.on('error', (fault) => (answer?.complete ? judge(answer.statusCode) : reject(fault)));
    sent.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('connection closed before the answer ended'));
    });
    sent.once('response', (response) => {
      answer = response;
      let read = 0;
      response.on('data', (piece: Buffer) => {
        read += piece.length;
        if (read > MAX_BODY) judge(response.statusCode);
      });
      response.once('end', () => judge(response.statusCode));
      response.on('error', reject);
    });
    sent.end();
  });
}

/** The host without its port; an address is no server name (RFC 6066 section 3). */
function serverNameOf({ host = '' }: Check): string {
  const name = host.replace(/:\d+$/, '');
  return name.startsWith('[') || net.isIP(name) !== 0 ? '' : name;
}

function causeOf(fault: unknown): string {
  const { code = '', message, reason } = fault as { code?: string; message?: string; reason?: string };
  if (code === 'ERR_HTTP2_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR') return `no HTTP/2 (${message})`;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ECONNRESET') return 'connection reset';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return `no TLS (${reason ?? code})`;
  return message || String(fault);
}
