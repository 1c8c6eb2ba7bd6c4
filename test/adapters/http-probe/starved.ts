import { prober } from '../../../functions/adapters/http-probe.ts';

// Probes a port a hundred times at once and prints the verdicts; run with fewer descriptors than that.
const port = Number(process.argv[2]);
const check = { kind: 'http', path: '/', timeout: 5_000, attempts: 1 } as const;
const targets = Array.from({ length: 100 }, () => ({ address: '127.0.0.1', port, check }));
process.stdout.write(JSON.stringify(await prober().probe(targets)));
