/** Semantic Versioning 2.0.0, without build metadata, which says nothing about order. */
const FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

export const isVersion = (text: string): boolean => FORM.test(text);

/** Below 0 where `one` comes before `other` (section 11): `1.0.0-rc.2` before `1.0.0-rc.10` before `1.0.0`. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (const index of [1, 2, 3]) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left[4], right[4]);
}

function partsOf(version: string): readonly (string | undefined)[] {
  const parts = FORM.exec(version);
  if (!parts) throw new Error(`got ${JSON.stringify(version)}, want a version like 1.4.0 or 2.0.0-rc.1`);
  return parts;
}

function comparePrereleases(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  const [left, right] = [one.split('.'), other.split('.')];
  for (const [index, identifier] of left.entries()) {
    const against = right[index];
    if (against === undefined) return 1;
    const difference = compareIdentifiers(identifier, against);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareIdentifiers(one: string, other: string): number {
  const numeric = [one, other].map((identifier) => /^\d+$/.test(identifier));
  if (numeric[0] && numeric[1]) return Number(one) - Number(other);
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}
