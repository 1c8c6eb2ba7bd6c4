import { pool } from '../adapters/aws/pool.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import { compareNames } from '../domain/dns/name.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import { isEscaped, namesWithin, READ_AT_ONCE, stretches } from '../domain/zone/pages.ts';

type Zone = Pick<ZoneReader, 'at' | 'from'>;

/**
 * Every record set at some names. A page tells of all names that it reaches beyond, so in a dense zone many names take few
 * calls; never more than one for each.
 *
 * @param atOnce so many names are each asked for alone, side by side: nobody waits for a page that may have them
 */
export async function setsAt(
  zone: Zone,
  names: readonly string[],
  atOnce = READ_AT_ONCE,
): Promise<readonly RecordSet[]> {
  const [odd, plain] = [names.filter(isEscaped), names.filter((name) => !isEscaped(name))];
  const sorted = [...new Set(plain)].sort(compareNames);
  const few = sorted.length <= atOnce;
  const { recordSets, left, told } = few ? { recordSets: [], left: sorted, told: 1 } : await page(zone, sorted);
  const read = await pool(stretches(left, told), READ_AT_ONCE, (stretch) => pageByPage(zone, stretch));
  // Where in the order of the zone these stand nobody knows.
  const apart = await pool([...new Set(odd)], READ_AT_ONCE, (name) => zone.at(name));
  return [...recordSets, ...read.flat(), ...apart.flat()];
}

async function pageByPage(zone: Zone, names: readonly string[]): Promise<readonly RecordSet[]> {
  const found: RecordSet[] = [];
  for (let open = names; open.length > 0; ) {
    const { recordSets, left } = await page(zone, open);
    found.push(...recordSets);
    open = left;
  }
  return found;
}

/** What one page tells of some names in Route 53's order, and the names that it tells nothing of. */
async function page(zone: Zone, names: readonly string[]) {
  const [first = '', ...others] = names;
  if (others.length === 0) return { recordSets: await zone.at(first), left: others, told: 1 };
  const { recordSets, ...rest } = await zone.from(first);
  const told = namesWithin(rest, names);
  // Hundreds of sets at one name are more than a page.
  if (told === 0) return { recordSets: await zone.at(first), left: others, told: 1 };
  const within = new Set(names.slice(0, told));
  return { recordSets: recordSets.filter(({ ownerName }) => within.has(ownerName)), left: names.slice(told), told };
}
