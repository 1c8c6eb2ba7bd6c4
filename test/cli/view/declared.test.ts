import { expect, it } from 'vitest';
import { declaredIn, declaredText } from '../../../cli/view/declared.ts';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, claim, endpoint, judged, NOW, TIME } from '../../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';

const TCP = { kind: 'tcp', timeout: 1_500, attempts: 1 } as const;

it.each([
  { row: 'nothing', about: {}, says: undefined },
  { row: 'a grace without a check', about: { startedAt: NOW, graceEndsAt: NOW + 60_000 }, says: undefined },
  { row: 'a TTL alone', about: { ttl: 0 }, says: 'TTL 0 s' },
  { row: 'one attempt', about: { check: TCP }, says: 'check tcp, 1 attempt of 1.5 s' },
  {
    row: 'a health check of the container',
    about: { containerHealth: 'HEALTHY', startedAt: NOW, graceEndsAt: NOW + 600_000 },
    says: 'container health check; grace 10 min',
  },
  {
    row: 'both',
    about: { containerHealth: 'HEALTHY', check: TCP },
    says: 'container health check; check tcp, 1 attempt of 1.5 s',
  },
] as const)('$row is said so', ({ about, says }) => {
  const { startedAt: _, graceEndsAt: __, check: ___, ...plain } = claim('1');

  expect(declaredText({ ...plain, ...about } as Claim)).toBe(says);
});

it('is that of the very claim: of its task, its name and its endpoint', () => {
  const one = claim('1', { check: TCP, endpoint: endpoint('10.0.0.1', 80) });
  const other = claim('2', { ttl: 7, endpoint: endpoint('10.0.0.2', 80) });
  const nowhere = { ...claim('1', { name: TIME, ttl: 9 }), containerPort: 9_000 };
  const of = declaredIn([one, other, nowhere].map((each) => judged(each)));
  const at = ({ name, task, endpoint: place }: Claim): Disposition => ({
    outcome: 'published',
    reason: 'healthy',
    name,
    task,
    target: place?.target ?? '',
    port: place?.port ?? 0,
  });
  const leftOut = { outcome: 'left-out', reason: 'no-binding', name: TIME, task: nowhere.task, port: 9_000 } as const;

  expect(of(at(one))).toContain('check tcp');
  expect(of(at(other))).toContain('TTL 7 s');
  expect(of(leftOut)).toContain('TTL 9 s');
  expect(of({ ...at(one), port: 1 })).toBeUndefined();
  expect(of({ ...at(one), name: TIME })).toBeUndefined();
  expect(of({ ...at(one), task: other.task, name: CALC, port: 1 })).toBeUndefined();
  expect(declaredIn()(at(one))).toBeUndefined();
});

it.each(HOSTILE_TEXTS.map((text) => [text]))('what somebody has declared is text: %j', (text) => {
  const check = { ...TCP, kind: 'http', path: text, host: text } as const;

  expect(declaredText(claim('1', { check }))).not.toMatch(UNFIT);
});
