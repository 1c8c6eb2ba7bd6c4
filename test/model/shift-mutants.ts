import type { ModelMutant } from './named-mutants.ts';
import { BEFORE_SHIFTS } from './traits.ts';

const HOOK_ANSWER = 'functions/domain/telling/hook-answer.ts';
const DEPLOYMENT = 'functions/domain/ecs/deployment.ts';

/** Faults of histories in which a service is deployed blue/green. */
export const SHIFT_MUTANTS: readonly ModelMutant[] = [
  {
    name: 'the hook trusts its payload, and not what ECS says of who serves',
    edits: [
      {
        file: HOOK_ANSWER,
        find: 'return { deployment, direction, serving: shares.production };',
        replace: "return { deployment, direction: call.weight === 0 ? 'back' : 'forward' };",
      },
    ],
  },
  {
    name: 'the hook believes its stage before ECS shows it',
    from: 24_293,
    edits: [
      { file: HOOK_ANSWER, find: "if (phase === 'before') return", replace: 'if (!phase) return' },
      {
        file: HOOK_ANSWER,
        find: "if (direction === 'forward' && !shares.production.includes",
        replace: 'if (!direction && !shares.production.includes',
      },
    ],
  },
  {
    name: 'SUCCEEDED before Route 53 is in sync',
    from: 23_616,
    edits: [
      {
        file: HOOK_ANSWER,
        find: "if (changes !== 'insync' && changes !== 'lost') return soon(",
        replace: 'if (changes === undefined) return soon(',
      },
    ],
  },
  {
    name: 'SUCCEEDED before the TTL has passed',
    edits: [
      { file: HOOK_ANSWER, find: 'if (since === undefined && kept.ttl > 0) {', replace: 'if (now < 0) {' },
      { file: HOOK_ANSWER, find: 'return left > 0\n', replace: 'return now < 0\n' },
    ],
  },
  {
    name: 'a later change of a deployment shortens the wait for the one before',
    from: 24_635,
    edits: [
      {
        file: 'functions/domain/telling/kept-shift.ts',
        find: 'ttl: Math.max(shift.ttl, ttlLeft(shift, known, now))',
        replace: 'ttl: known && now < 0 ? ttlLeft(shift, known, now) : shift.ttl',
      },
    ],
  },
  {
    name: 'a run says what stood before another one changed it',
    from: 25_410,
    edits: [
      {
        file: 'functions/domain/telling/kept-shift.ts',
        find: 'known !== undefined && known.appliedAt > startedAt;',
        replace: 'known !== undefined && startedAt < 0;',
      },
    ],
  },
  {
    name: 'the stage of a rollback is looked at before its status',
    edits: [
      { file: DEPLOYMENT, find: 'if (ROLLBACKS.has(status)) {', replace: 'if (ROLLBACKS.has(status) && !stage) {' },
      { file: DEPLOYMENT, find: "if (status !== 'IN_PROGRESS' || at < 0) return", replace: 'if (at < 0) return' },
    ],
  },
  {
    name: 'the revision before leaves whoever has come',
    edits: [
      {
        file: 'functions/domain/judging/shift.ts',
        find: 'isEnough: isWhole && isShareOf(passing, wanted, minimumHealthyShare)',
        replace: 'isEnough: true',
      },
    ],
  },
  {
    name: 'a deployment that ECS does not tell of lets everybody enter',
    edits: [
      {
        file: DEPLOYMENT,
        find: "if (deployment === 'unreadable') return unknownShares('ECS does not tell of its deployment');",
        replace: "if (deployment === 'unreadable') return ALL;",
      },
    ],
  },
  {
    name: 'a run that sees some tasks only trusts what has settled',
    from: 23_564,
    edits: [
      {
        file: 'functions/observing/service-shares.ts',
        find: '(whole && (await kept.read(at))) || []',
        replace: '(await kept.read(at)) ?? []',
      },
    ],
  },
  {
    name: 'a rollback serves every source until ECS names one',
    edits: [{ file: DEPLOYMENT, find: 'rollback === undefined && all.length > 1', replace: 'all.length > 9' }],
  },
  {
    name: 'what a second deployment has replaced stays under the test name',
    edits: [
      { file: 'functions/domain/ecs/shares.ts', find: " === 'unknown' && !isQuiet;", replace: " === 'unknown';" },
    ],
  },
].map((mutant) => ({ from: BEFORE_SHIFTS + 1, ...mutant }));
