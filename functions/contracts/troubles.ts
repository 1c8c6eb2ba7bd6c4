import * as z from 'zod';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import type { NearQuota } from '../domain/telling/near-quota.ts';
import type { ContendedName } from '../domain/telling/plan-record.ts';
import { MAX_FINDING, MAX_MESSAGE, printable, printableTexts } from '../domain/words/text.ts';
import type { QuarantinedName } from '../domain/zone/quarantine.ts';
import { listOf, number, text, texts, time } from './fields.ts';

/** What a run found in its way, as its outcome tells of it. Times in milliseconds since the epoch. */
export interface Troubles {
  readonly unread: readonly UnreadCluster[];
  readonly quarantined: readonly QuarantinedName[];
  readonly contended: readonly ContendedName[];
  /** `<name> <what stands there>` */
  readonly conflicts: readonly string[];
  readonly nearQuotas: readonly NearQuota[];
}

const SHAPES = {
  unread: listOf(z.object({ cluster: text, error: text, cause: text })),
  quarantined: listOf(z.object({ name: text, reason: text, since: time, nextTry: time })),
  contended: listOf(z.object({ name: text, corrections: number, since: time, nextTry: time })),
  conflicts: texts,
  nearQuotas: listOf(z.object({ quota: text, name: text.exactOptional(), used: number, limit: number })),
};

/** The same of an outcome of whatever version: what one lacks, or has said in another shape, is none. */
export function troublesOf(outcome: object = {}): Troubles {
  const said = outcome as Readonly<Record<string, unknown>>;
  const read = <K extends keyof Troubles>(key: K): Troubles[K] => {
    const found = SHAPES[key].safeParse(said[key]);
    return (found.success ? printableTexts(found.data, MAX_MESSAGE) : []) as unknown as Troubles[K];
  };
  return {
    unread: read('unread'),
    quarantined: read('quarantined'),
    contended: read('contended'),
    conflicts: read('conflicts').map((one) => printable(one, MAX_FINDING)),
    nearQuotas: read('nearQuotas'),
  };
}
