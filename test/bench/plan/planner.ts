import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading, ZoneSnapshot } from '../../../functions/domain/reading/reading.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import {
  addressSet,
  entryOf,
  instance,
  instanceArn,
  keyOf,
  NAMING,
  ourText,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
} from '../../support/builders.ts';

/** What one fleet of so many endpoints took to plan and to cut into batches. */
export interface Planned {
  readonly endpoints: number;
  readonly scene: Scene;
  /** Seconds of CPU: the median of `ROUNDS` plans over the same input. */
  readonly cpu: number;
  /** Megabytes of heap that input, plan and batches hold together. */
  readonly heap: number;
  readonly changes: number;
  readonly batches: number;
}

/** Nothing has changed; a tenth has been replaced; nothing is published yet. */
export type Scene = 'unchanged' | 'a tenth replaced' | 'all new';

const ROUNDS = 3;
/** Endpoints of one name, and of one host. */
const PER_NAME = 40;
const PER_HOST = 25;

/** What is to be planned: tasks in bridge mode, each published under one of the names. Everything follows from the seed. */
function sceneOf(endpoints: number, scene: Scene): { snapshot: ZoneSnapshot; reading: Reading } {
  const random = seeded(endpoints);
  const hosts = Math.ceil(endpoints / PER_HOST);
  const addressOf = (host: number) => `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`;
  const names = Array.from({ length: Math.ceil(endpoints / PER_NAME) }, (_, name) => `_s${name}._tcp.${NAMING.zone}`);
  const share = { unchanged: 0, 'a tenth replaced': 0.1, 'all new': 1 }[scene];
  const standing = names.map((): { id: string; address: string; port: number; gone: boolean }[] => []);
  const judged = Array.from({ length: endpoints }, (_, index) => {
    const [host, isNew] = [index % hosts, random() < share];
    const [address, port] = [addressOf(host), 32_768 + Math.floor(index / hosts)];
    const at = Math.floor(index / PER_NAME);
    const id = String(index);
    if (!isNew) standing[at]?.push({ id, address, port, gone: false });
    else if (scene !== 'all new') standing[at]?.push({ id: `old-${id}`, address, port: port + 1_000, gone: true });
    return instance(id, { name: names[at] ?? '', address, port, containerInstance: instanceArn(String(host)) });
  });
  const remembered = names.map((name, at) =>
    rememberedAt(
      name,
      Object.fromEntries((standing[at] ?? []).map((one) => [keyOf(one.address, one.port), entryOf(one.id)])),
    ),
  );
  const sets = names.flatMap((name, at) => {
    const values = standing[at]?.map(({ address, port }) => ourText(address, port)) ?? [];
    return values.length > 0 ? [srvSet(name, values)] : [];
  });
  const targets = scene === 'all new' ? [] : Array.from({ length: hosts }, (_, host) => addressSet(addressOf(host)));
  const stopped = standing.flat().filter(({ gone }) => gone);
  return {
    snapshot: snapshot([...sets, ...targets]),
    reading: reading({
      judged,
      remembered,
      hosts: Array.from({ length: hosts }, (_, host) => ({
        containerInstance: instanceArn(String(host)),
        ec2Instance: `i-${targetOf(addressOf(host), NAMING).slice(0, 12)}`,
        address: addressOf(host),
        state: 'live' as const,
      })),
      taskFates: Object.fromEntries(stopped.map(({ id }) => [entryOf(id).task, 'stopped' as const])),
    }),
  };
}

function measure(endpoints: number, scene: Scene): Planned {
  const { snapshot, reading } = sceneOf(endpoints, scene);
  const spent: number[] = [];
  let plan = planZone({ snapshot, reading, coverage: { kind: 'full' }, settings: SETTINGS });
  let batches = batchUnits(plan.units);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    plan = planZone({ snapshot, reading, coverage: { kind: 'full' }, settings: SETTINGS });
    batches = batchUnits(plan.units);
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1_000_000);
  }
  globalThis.gc?.();
  const heap = Math.round(process.memoryUsage().heapUsed / 1_000_000);
  const cpu = spent.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
  return { endpoints, scene, cpu, heap, changes: plan.units.length, batches: batches.length };
}

if (import.meta.filename === process.argv[1]) {
  const [endpoints, scene] = [Number(process.argv[2]), process.argv[3] as Scene];
  console.log(JSON.stringify(measure(endpoints, scene)));
}
