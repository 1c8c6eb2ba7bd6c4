/** What every ARN of one stand-in has in common. */
export interface Account {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** An ARN of the service, e.g. `arn:aws:ecs:eu-west-1:111111111111:task/shop/0a1b…` for `task`, `shop/0a1b…`. */
export function ecsArn({ region, accountId }: Account, type: string, path: string): string {
  return `arn:aws:ecs:${region}:${accountId}:${type}/${path}`;
}

/** The last part of an ARN or path; a plain name or id is itself. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The cluster that a task's, container instance's or service's ARN names; undefined for ids and ARNs without one. */
export function clusterOf(reference: string): string | undefined {
  if (!reference.startsWith('arn:')) return undefined;
  const parts = reference.split('/');
  return parts.length > 2 ? parts[1] : undefined;
}

/**
 * A source of ids as ECS gives them: 32 hexadecimal digits that look random and sort in no useful order.
 *
 * The same seed gives the same ids, and no id comes twice within the first 2^32.
 */
export function idSource(seed: number): () => string {
  let count = seed;
  return () => {
    count += 1;
    let id = '';
    for (let word = 0; word < 4; word += 1) id += hex(scatter(count ^ (word * 0x9e3779b9)));
    return id;
  };
}

/** An id in the form of a UUID, as events and attachments carry. */
export function uuid(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}

/** Maps 32 bits to 32 bits, one to one, so that neighbours land far apart (finalizer of MurmurHash3). */
function scatter(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0');
