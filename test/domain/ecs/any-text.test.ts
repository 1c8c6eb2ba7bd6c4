import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import { declaredNames } from '../../../functions/domain/ecs/declared-names.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { findingsOf } from '../../../functions/domain/telling/findings.ts';
import { summarize } from '../../../functions/domain/telling/summary.ts';
import { claimsName } from '../../../functions/domain/words/reason.ts';
import { anyText } from '../../support/arbitraries.ts';
import {
  CALC,
  claimsIn,
  container,
  containerDefinition,
  definition,
  judged,
  NAMING,
  reading,
  SETTINGS,
  snapshot,
  task,
} from '../../support/builders.ts';
import { UNFIT } from '../../support/hostile.ts';

const HOST = { containerInstance: 'arn:ci', state: 'live', address: '10.0.0.1' } as const;

/** Any key, mostly one that looks like one of ours. */
const key = () =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(port(), field()).map(([on, what]) => `SERVICE_${on}_${what}`) },
    { weight: 1, arbitrary: anyText() },
  );
const port = () => fc.oneof(fc.constantFrom('9001', '9002', 'http', '0', '80-90', ''), anyText());
const field = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('NAME', 'WEIGHT', 'CHECK_HTTP', 'CHECK_TIMEOUT', 'IGNORE', 'WEIGTH') },
    { weight: 1, arbitrary: anyText() },
  );
const value = () => fc.oneof(anyText(), fc.constantFrom('calc', '/health', '1', '', 'x.shop.internal.'));

/** Variables of any content, without those of the one port that is declared as it should be. */
const variables = () =>
  fc
    .array(fc.tuple(key(), value()), { maxLength: 12 })
    .map((pairs) => Object.fromEntries(pairs.filter(([one]) => !one.startsWith('SERVICE_8080_'))));

const observe = (environment: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>) => {
  const good = { SERVICE_8080_NAME: '_calc._tcp' };
  const containers = [containerDefinition({ environment: { ...environment, ...good }, labels })];
  return { definition: definition({ containers }), task: task({ containers: [container()] }) };
};

const textsOf = (one: unknown): readonly string[] =>
  typeof one === 'string' ? [one] : Object.values(Object(one)).flatMap(textsOf);

describe('whatever text stands in the variables of a task', () => {
  it('its good declaration is published, and nothing that is kept or shown is unprintable or without bounds', () => {
    fc.assert(
      fc.property(variables(), variables(), (environment, labels) => {
        const { definition: defined, task: running } = observe(environment, labels);
        const claims = claimsIn({ task: running, definition: defined, host: HOST });
        const names = declaredNames(defined, [], NAMING);
        const read = reading({ judged: claims.map((one) => judged(one)) });
        const plan = planZone({
          snapshot: snapshot([]),
          reading: read,
          coverage: { kind: 'full' },
          settings: SETTINGS,
        });
        const findings = findingsOf(plan, read);

        expect(plan.units.map(({ name }) => name)).toContain(CALC);
        expect(plan.dispositions).toContainEqual(expect.objectContaining({ outcome: 'published', name: CALC }));
        expect(names).toContain(CALC);
        const kept = [claims, names, plan, findings, summarize({ dispositions: plan.dispositions, findings })];
        for (const text of textsOf(kept)) expect(text).not.toMatch(UNFIT);
        for (const { name, detail = '' } of plan.dispositions) {
          expect(name.length).toBeLessThanOrEqual(1_024);
          expect(detail.length).toBeLessThanOrEqual(200);
        }
        for (const finding of findings) expect(finding.length).toBeLessThanOrEqual(300);
        for (const name of names) expect(name).toMatch(/^([a-z0-9_-]{1,63}\.){1,126}shop\.internal\.$/);
        const nameless = claims.filter((one) => !claimsName(one));
        const looked = new Set(plan.names.map(({ name }) => name));
        for (const { name } of nameless.filter(isNoName)) expect(looked).not.toContain(name);
      }),
      { numRuns: 500 },
    );
  });
});

const isNoName = ({ name }: Claim) => !name.endsWith('.shop.internal.');
