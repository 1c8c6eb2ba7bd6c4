import { normalizeName } from './name.ts';

/** The four fields of an SRV value (RFC 2782). */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Normalized: lower case, final dot. */
  readonly target: string;
  /** As somebody else has spelled it in the zone, where that is not the normal form. */
  readonly spelled?: string;
}

/** Largest priority, weight and port: 16 bits (RFC 2782). */
export const MAX_SRV_FIELD = 65_535;

/** Reads `priority weight port target`; undefined for anything else, so that malformed values of others are just not ours. */
export function parseSrv(text: string): Srv | undefined {
  const fields = /^\s*(\d{1,5})\s+(\d{1,5})\s+(\d{1,5})\s+(\S+)\s*$/.exec(text);
  if (!fields) return undefined;
  const [priority, weight, port] = [Number(fields[1]), Number(fields[2]), Number(fields[3])];
  if (Math.max(priority, weight, port) > MAX_SRV_FIELD) return undefined;
  const srv = { priority, weight, port, target: normalizeName(fields[4] ?? '') };
  return normalSrv(srv) === text ? srv : { ...srv, spelled: text };
}

/** The form in which SRV values are compared, and in which ours are written. */
export const normalSrv = ({ priority, weight, port, target }: Omit<Srv, 'spelled'>): string =>
  `${priority} ${weight} ${port} ${target}`;

/** As it stands in the zone, word for word, or is to stand there. */
export const srvText = (srv: Srv): string => srv.spelled ?? normalSrv(srv);
