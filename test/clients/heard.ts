import { findEdns } from '../stand-ins/dns/message.ts';

/** Tells how a client asks, from what its DNS server heard. */
export interface Ear {
  readonly heard: (query: Buffer, transport: 'udp' | 'tcp', response: Buffer | undefined) => void;
  /** As a person would say it: `UDP, 1,232 octets, then TCP`. */
  readonly asks: () => string;
  readonly queries: () => number;
  /** Octets of the largest answer. */
  readonly largest: () => number;
}

export function ear(): Ear {
  const udp = new Set<string>();
  let tcp = false;
  let queries = 0;
  let largest = 0;
  return {
    heard: (query, transport, response) => {
      queries++;
      largest = Math.max(largest, response?.length ?? 0);
      if (transport === 'tcp') tcp = true;
      else udp.add(payloadOf(query));
    },
    asks: () =>
      [...(udp.size > 0 ? [`UDP, ${[...udp].sort().join(' or ')}`] : []), ...(tcp ? ['TCP'] : [])].join(', then '),
    queries: () => queries,
    largest: () => largest,
  };
}

function payloadOf(query: Buffer): string {
  const edns = findEdns(query);
  return edns ? `${edns.payloadSize.toLocaleString('en')} octets` : 'without EDNS';
}
