import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

/** What the thread of the DNS server is started with. */
export interface DnsThreadData {
  /** UDP and TCP port; 0 takes one that is free on both. */
  readonly port: number;
  /** Name of the zone. */
  readonly zone: string;
  readonly recordSets: readonly ResourceRecordSet[];
}

/** What it is told: the record sets as they are now, or to end. */
export type DnsThreadOrder =
  | { readonly kind: 'zone'; readonly recordSets: readonly ResourceRecordSet[] }
  | { readonly kind: 'close' };

/** What it tells: its port once it listens, or why it does not. */
export type DnsThreadReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };
