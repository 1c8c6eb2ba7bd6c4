import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../functions/contracts/settings.ts';
import { MAX_SRV_FIELD } from '../../functions/domain/dns/srv.ts';
import {
  DEFAULT_CHECK_ATTEMPTS,
  DEFAULT_CHECK_TIMEOUT,
  MAX_CHECK_ATTEMPTS,
  MAX_CHECK_GRACE,
  MAX_CHECK_TIMEOUT,
  MAX_STATUS_RANGES,
} from '../../functions/domain/ecs/check.ts';
import { MAX_START_GRACE, START_GRACE } from '../../functions/domain/ecs/claims-of.ts';
import { DECLARED_KEYS, DEFAULT_PRIORITY, DEFAULT_WEIGHT, MAX_TTL } from '../../functions/domain/ecs/declaration.ts';
import { MAX_DECLARATIONS } from '../../functions/domain/ecs/declared.ts';
import { STOPPED_STAYS_DESCRIBABLE } from '../../functions/domain/judging/absent.ts';
import { GROUP_CLUSTERS } from '../../functions/domain/reading/groups.ts';
import { LAST_SEEN_LAG } from '../../functions/domain/reading/inventory.ts';
import { NEAR_SHARE } from '../../functions/domain/telling/near-quota.ts';
import * as quotas from '../../functions/domain/words/quotas.ts';
import { MAX_DECLARATION, MAX_DETAIL, MAX_FINDING } from '../../functions/domain/words/text.ts';

const page = (name: string) => readFileSync(`docs/${name}.md`, 'utf8').replaceAll(/\s+/g, ' ');
const number = (value: number) => value.toLocaleString('en');

it.each([
  `${quotas.MAX_VALUES_PER_SET} values and ${number(quotas.MAX_CHARACTERS_PER_BATCH / 2)} characters of values`,
  `one batch of ${number(quotas.MAX_CHARACTERS_PER_BATCH)}`,
  `${quotas.MAX_SETS_PER_NAME} instances with \`weighted\` and \`multivalue\``,
  `in up to ${quotas.MAX_SETS_PER_NAME} weighted sets`,
  `at most ${number(quotas.MAX_PART_OCTETS)} octets`,
  `From ${NEAR_SHARE * 100} % of a quota`,
  `Of one task ${MAX_DECLARATIONS} declarations count`,
  `a declaration ${number(MAX_DECLARATION)} characters, a detail ${MAX_DETAIL}, a finding ${MAX_FINDING}`,
  `${quotas.MAX_GROUPS_PER_RUN} clusters, or some ${number(quotas.MAX_GROUPS_PER_RUN * GROUP_CLUSTERS)} small ones`,
  `${quotas.MAX_BATCHES_PER_PASS} change batches a pass`,
  `leave ${(STOPPED_STAYS_DESCRIBABLE + LAST_SEEN_LAG) / 60_000} minutes after their tasks were last seen`,
])('docs/limits.md: %s', (text) => {
  expect(page('limits')).toContain(text);
});

it.each([
  `at most \`${MAX_CHECK_TIMEOUT / 1_000}s\` | \`${DEFAULT_CHECK_TIMEOUT / 1_000}s\` |`,
  `_CHECK_ATTEMPTS\` | 1–${MAX_CHECK_ATTEMPTS} | ${DEFAULT_CHECK_ATTEMPTS} |`,
  `up to \`${MAX_CHECK_GRACE / 60_000}m\``,
  `up to ${MAX_STATUS_RANGES} statuses and ranges`,
  `SRV priority, 0–${MAX_SRV_FIELD}; clients use the lowest first | ${DEFAULT_PRIORITY} |`,
  `its record set, at most ${quotas.MAX_SET_WEIGHT} | ${DEFAULT_WEIGHT} |`,
  `may cache an answer, 0–${MAX_TTL};`,
  `(\`${SETTINGS.ownerLabel.byDefault}\` by default)`,
  `with a TTL of ${SETTINGS.recordTtl.byDefault} s`,
  `grace of ${START_GRACE / 1_000} s (longer where its container health check says so, ${MAX_START_GRACE / 60_000} minutes at most)`,
])('docs/declare.md: %s', (text) => {
  expect(page('declare')).toContain(text);
});

it('docs/declare.md has every variable, in order', () => {
  const named = [...readFileSync('docs/declare.md', 'utf8').matchAll(/^\| `SERVICE_<port>_(\w+)` \|/gm)].map(
    ([, key]) => key,
  );
  expect(named).toEqual(DECLARED_KEYS);
});
