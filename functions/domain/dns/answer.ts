import type { Srv } from './srv.ts';

/** The header, what follows the name in the question, and an EDNS0 record without options (RFC 1035, RFC 6891). */
const AROUND_OCTETS = 12 + 4 + 11;
/** A pointer to the name in the question, type, class, TTL and length (RFC 1035), then three numbers (RFC 2782). */
const BESIDE_TARGET_OCTETS = 2 + 2 + 2 + 4 + 2 + 6;

/** Octets of a normalized name that is not compressed: each label with its length, and the root. */
const octetsOfName = (name: string): number => name.replace(/\\[0-3][0-7]{2}/g, '.').length + 1;

/** Octets of an answer about a name, before the first record is in it. */
export const octetsAround = (ownerName: string): number => AROUND_OCTETS + octetsOfName(ownerName);

/** Octets that one SRV record adds to an answer: its owner name is compressed, its target never is (RFC 2782). */
export const octetsOfSrv = ({ target }: Pick<Srv, 'target'>): number => BESIDE_TARGET_OCTETS + octetsOfName(target);
