import { normalizeName } from './name.ts';

/** The four fields of an SRV value (RFC 2782). */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Normalized: lower case, final dot. */
  readonly target: string;
}

/** Largest priority, weight and port: 16 bits (RFC 2782). */
export const MAX_SRV_FIELD = 65_535;

/** Reads `priority weight port target`; undefined for anything else, so that malformed values of others are just not ours. */
export function parseSrv(text: string): Srv | undefined {
  const fields = /^\s*(\d{1,5})\s+(\d{1,5})\s+(\d{1,5})\s+(\S+)\s*$/.exec(text);
  if (!fields) return undefined;
  const [priority, weight, port] = [Number(fields[1]), Number(fields[2]), Number(fields[3])];
  if (Math.max(priority, weight, port) > MAX_SRV_FIELD) return undefined;
  return { priority, weight, port, target: normalizeName(fields[4] ?? '') };
}

export function formatSrv({ priority, weight, port, target }: Srv): string {
  return `${priority} ${weight} ${port} ${target}`;
}

/** The form in which SRV values are compared; a text that is no SRV value is only trimmed. */
export function normalizeSrv(text: string): string {
  const srv = parseSrv(text);
  return srv ? formatSrv(srv) : text.trim();
}
