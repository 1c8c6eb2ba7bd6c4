/** An answer of DNS, as much of it as is compared. */
export interface Answer {
  /** NOERROR, NXDOMAIN, … */
  readonly status: string;
  /** Data of the answers in the form of zone files, names with their final dot: `1 1 8081 ip-10-0-1-2.ecs.shop.internal.` */
  readonly data: readonly string[];
  /** Seconds, the lowest of the answers'. */
  readonly ttl?: number;
  /** Of the authority section: TTL of the SOA and its last number. */
  readonly negative?: { readonly ttl: number; readonly minimum: number };
}

/**
 * Reads what `dig` prints with its header, answer and authority section.
 *
 * @throws Error where there is no header: nobody has answered
 */
export function readDig(output: string): Answer {
  const status = /status: ([A-Z]+)/.exec(output)?.[1];
  if (status === undefined) throw new Error(`dig got no answer: ${JSON.stringify(output.slice(0, 200))}`);
  const records = output
    .split('\n')
    .map((line) => /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line.trim()))
    .filter((record) => record !== null)
    .map(([, , ttl = '', type = '', data = '']) => ({ ttl: Number(ttl), type, data }));
  const question = /;\S+\s+IN\s+(\S+)/.exec(output)?.[1];
  const answers = records.filter(({ type }) => type === question);
  const soa = records.find(({ type }) => type === 'SOA');
  const minimum = Number(soa?.data.split(/\s+/).at(-1));
  return {
    status,
    data: answers.map(({ data }) => data).sort(),
    ...(answers.length > 0 && { ttl: Math.min(...answers.map(({ ttl }) => ttl)) }),
    ...(soa && Number.isFinite(minimum) && { negative: { ttl: soa.ttl, minimum } }),
  };
}
