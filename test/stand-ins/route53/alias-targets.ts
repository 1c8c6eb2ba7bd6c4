import type { NamedChange } from './conflicts.ts';
import { isInZone, isProblem, readName } from './name.ts';
import { setsAt, type Zone } from './zone.ts';

/**
 * Aliases of a batch whose target within the same zone is not there when they are made.
 *
 * Changes count in their order, and what a batch deletes or overwrites is gone until the batch has made it again, so a target
 * comes before the alias that names it (octodns pull request 366). What becomes of an alias when its target goes later is not
 * documented: here it stays and answers nothing. Targets in zones of AWS (load balancers and the like) are taken to exist.
 */
export function aliasProblems(changes: readonly NamedChange[], zone: Zone): string[] {
  const gone = new Set(changes.filter(({ action }) => action !== 'CREATE').map(({ stored }) => stored.key));
  const made: NamedChange[] = [];
  return changes.flatMap((change) => {
    const { action, set } = change;
    const problems = action === 'DELETE' || !set.AliasTarget ? [] : targetProblems(set.AliasTarget, set.Type);
    if (action !== 'DELETE') made.push(change);
    return problems;
  });

  function targetProblems(
    { DNSName: text = '', HostedZoneId: zoneId }: NonNullable<NamedChange['set']['AliasTarget']>,
    type: string,
  ): string[] {
    if (zoneId?.replace(/^\/?hostedzone\//, '') !== zone.id) return [];
    const target = readName(text);
    const label = `Tried to create an alias that targets ${isProblem(target) ? text : target.text}, type ${type} in zone ${zone.id}`;
    const outside = isProblem(target) || !isInZone(target, zone.name);
    const there =
      !isProblem(target) &&
      (setsAt(zone.current, target).some(({ shape, key }) => shape.Type === type && !gone.has(key)) ||
        made.some((one) => one.name.text === target.text && one.set.Type === type));
    return [
      ...(outside ? [`${label}, but the alias target name does not lie within the target zone`] : []),
      ...(there ? [] : [`${label}, but that target was not found`]),
    ];
  }
}
