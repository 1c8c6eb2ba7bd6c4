import { CLIENTS } from '../clients/all.ts';
import { type Client, NotHere } from '../clients/client.ts';
import { answerNeeds, type Measured, measure, SIZES } from '../clients/measure.ts';
import { writeMeasured } from '../clients/page.ts';
import { TTL } from '../clients/stage.ts';
import type { Asked, Bench, Result, Rows } from './bench.ts';
import { seconds } from './stage/quantile.ts';

/** Clients at one time: most of the time they wait. */
const TOGETHER = 3;
/** Seconds that a client may take besides the TTL and its own interval. */
const SLACK = 5;

/** Real clients with the recipes that we give for them. */
export const clients: Bench = {
  name: 'clients',
  describe:
    'real clients with the recipes of examples/clients: what each sees, when, and what fails; --sizes HAProxy,Go for some; skips aloud what is not installed; about 7 min',
  async run({ sizes, write = false }: Asked = {}) {
    const unknown = sizes?.find((size) => !CLIENTS.some(({ name }) => name === size));
    if (unknown !== undefined)
      throw new Error(`got client "${unknown}", want ${CLIENTS.map(({ name }) => name).join(', ')}`);

    const measured: Measured[] = [];
    const skipped: string[] = [];
    const waiting = CLIENTS.filter(({ name }) => sizes === undefined || sizes.includes(name));
    const place = async (): Promise<void> => {
      for (let client = waiting.shift(); client; client = waiting.shift()) {
        const found = await orSkipped(client);
        if (typeof found === 'string') skipped.push(found);
        else measured.push(found);
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, place));
    if (write) writeMeasured({ needs: await answerNeeds(), clients: measured });
    return judge(measured, skipped);
  },
};

async function orSkipped(client: Client): Promise<Measured | string> {
  try {
    const measured = await measure(client);
    process.stderr.write(`${client.name} ${measured.version}: measured\n`);
    return measured;
  } catch (fault) {
    if (!(fault instanceof NotHere)) throw fault;
    const skipped = `skipped: ${client.name}, ${fault.message}`;
    process.stderr.write(`${skipped}\n`);
    return skipped;
  }
}

function judge(measured: readonly Measured[], skipped: readonly string[]): Result {
  const faults = measured.flatMap(missed);
  return {
    ok: faults.length === 0,
    figures: { clients: measured.length, skipped: skipped.length, missed: faults.length },
    rows: measured.map(rowOf),
    notes: [...faults.map((fault) => `missed: ${fault}`), ...skipped],
    machine: { measured },
  };
}

/** What a recipe promises: it sees every instance, in time, and a lost instance costs no request. */
function missed({ name, kind, sizes, added, removed, kill, hang }: Measured): readonly string[] {
  const client = CLIENTS.find((one) => one.name === name);
  if (client?.trap) return [];
  const limit = 1_000 * (TTL + SLACK + (client?.interval ?? 0));
  return [
    ...SIZES.filter((size) => sizes[size] !== size).map((size) => `${name} sees ${sizes[size]} of ${size}`),
    ...Object.entries({ added, removed })
      .filter(([, took]) => !(took !== undefined && took <= limit))
      .map(([what, took]) => `${name} sees what is ${what} after ${took ?? '∞'} ms, at most ${limit}`),
    ...Object.entries({ kill, hang })
      .filter(([, load]) => kind === 'proxy' && load?.failed !== 0)
      .map(
        ([what, load]) => `${name} with an instance lost by ${what}: ${load?.failed} requests failed: ${load?.faults}`,
      ),
  ];
}

const rowOf = ({ name, version, sizes, added, removed, first, none, kill, hang, silent }: Measured): Rows[number] => ({
  client: name,
  version,
  ...Object.fromEntries(SIZES.map((size) => [`of ${size}`, sizes[size] ?? ''])),
  added: added === undefined ? '' : seconds(added),
  removed: removed === undefined ? '' : seconds(removed),
  first: first === undefined ? '' : seconds(first),
  'kept of none': none ?? '',
  'failed, killed': kill?.failed ?? '',
  'failed, hangs': hang?.failed ?? '',
  'kept in silence': silent?.sees ?? '',
});
