import { createHash } from 'node:crypto';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import type { World } from '../support/world.ts';
import { asBefore } from './renamings.ts';

/** What a deployment has decided and done, in words that no rebuilding changes but by a renaming. */
export interface Chronicle {
  lines(): readonly string[];
}

/** Follows a world from here on: each change of its zone, and in the end what its runs have planned and said. */
export function chronicle({ aws, bucket }: World): Chronicle {
  const changes: string[] = [];
  aws.route53.onChange(({ changes: batch }) =>
    changes.push(JSON.stringify(batch.map(({ before, after }) => [before ?? null, after ?? null]))),
  );
  return {
    lines: () => [
      ...[...bucket].sort(byKey).flatMap(([key, text]) => [...planned(key, text), ...said(key, text)]),
      ...changes,
    ],
  };
}

const byKey = ([one]: readonly [string, string], [other]: readonly [string, string]) => (one < other ? -1 : 1);

function planned(key: string, text: string): readonly string[] {
  if (!key.startsWith('runs/') || !key.endsWith('/plan.json')) return [];
  const { dispositions, held, names } = JSON.parse(text).body as PlanRecord;
  const told = dispositions.map((one) => JSON.stringify(asBefore(one)));
  const units = names.map(({ name, created, removed }) => [name, created.map(endpointOf), removed.map(endpointOf)]);
  return [
    `${key} ${told.join(' ')} ${JSON.stringify(held.map(({ name, value }) => [name, value]))} ${JSON.stringify(units)}`,
  ];
}

const endpointOf = ({ value, task }: { readonly value: string; readonly task?: string }) => [value, task ?? ''];

function said(key: string, text: string): readonly string[] {
  if (!key.startsWith('outcomes/')) return [];
  const { state, error, cause } = JSON.parse(text).body;
  return [`${key} ${JSON.stringify([state, error, asBefore(cause ?? '')])}`];
}

export const digestOf = (lines: readonly string[]) =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12);
