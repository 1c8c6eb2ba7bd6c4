import { parseArgs } from 'node:util';
import { type Mutant, tryMutants } from '../support/mutation.ts';

interface WorldMutant extends Mutant {
  /** Who catches it, where worlds are too small for that; else they do. */
  readonly script?: string;
  /** Where to begin, for what is rare: from world 1 on it is caught later. */
  readonly from?: number;
}

/** One fault for each law that the worlds are there to guard. */
const MUTANTS: readonly WorldMutant[] = [
  {
    name: 'L11: calls do not wait for their turn',
    script: 'test/bench/scale/unthrottled.ts',
    edits: [
      {
        file: 'functions/adapters/aws/pace.ts',
        find: 'if (wait > 0) await clock.sleep(Math.ceil(wait));',
        replace: '',
      },
    ],
  },
  {
    name: 'L1: values of an unread cluster count as absent',
    edits: [
      {
        file: 'functions/domain/judging/absent.ts',
        find: "if (cluster === 'unread') return { action: 'hold', reason: 'held-unread' };",
        replace: '',
      },
    ],
  },
  {
    name: 'L1: a sibling that has stopped takes the values of its task along',
    from: 2_500,
    edits: [
      {
        file: 'functions/domain/judging/listed.ts',
        find: 'own.find(({ claim }) => claim.leftOut?.taskStops)',
        replace: "own.find(({ claim }) => claim.leftOut?.reason === 'stopping')",
      },
    ],
  },
  {
    name: 'L1: what runs and is not listed is unexplained',
    edits: [
      {
        file: 'functions/domain/judging/absent.ts',
        find: "return fate === 'running'",
        replace: "return fate === 'unknown'",
      },
    ],
  },
  {
    name: 'L5: the AAAA set is left behind where the A set beside it is retired',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: '>= RETIREMENT ? [removalOf(sets)] : [];',
        replace: ">= RETIREMENT ? [removalOf(sets.filter(({ type }) => type === 'A'))] : [];",
      },
    ],
  },
  {
    name: 'L9: an IPv6 address is published without its record set',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'const beside = besideAt(target, found, view);',
        replace: 'const beside: string | undefined = undefined;',
      },
    ],
  },
  {
    name: 'L2: a record set is replaced by ours alone',
    edits: [
      {
        file: 'functions/domain/zone/decide.ts',
        find: 'values: inStableOrder([...theirs, ',
        replace: 'values: inStableOrder([...theirs.slice(1), ',
      },
    ],
  },
  {
    name: 'L2: whatever points below the owner label is ours',
    edits: [
      {
        file: 'functions/domain/dns/ownership.ts',
        find: 'isTarget(value.target, naming)',
        replace: 'isBelow(value.target, ownerSubtree(naming))',
      },
    ],
  },
  {
    name: 'L2: a set of others loses what we do not know of it',
    edits: [
      {
        file: 'functions/adapters/route53-record-sets.ts',
        find: 'attributes.length > 0 ?',
        replace: 'attributes.length > 99 ?',
      },
    ],
  },
  {
    name: 'L5: what is contradicted for a moment is held for ever',
    edits: [
      {
        file: 'functions/domain/judging/absent.ts',
        find: "if (fate === 'stopped' || toldBefore) return { action: 'remove', reason: 'task-stopped' };",
        replace: "if (fate === 'stopped' || toldBefore) return { action: 'hold', reason: 'held-contradiction' };",
      },
    ],
  },
  {
    name: 'L6: an unexplained removal is not told of',
    edits: [
      {
        file: 'functions/domain/plan/plan-zone.ts',
        find: 'names.flatMap(({ dispositions }) => dispositions)',
        replace: "names.flatMap(({ dispositions }) => dispositions.filter(({ reason }) => reason !== 'unexplained'))",
      },
    ],
  },
  {
    name: 'L8: the guard judges by the number alone',
    edits: [
      {
        file: 'functions/domain/judging/removal-guard.ts',
        find: 'unexplained.length / ours > maxDeleteShare',
        replace: 'unexplained.length > ours',
      },
    ],
  },
  {
    name: 'L11: what a throttled state has read is lost with its try',
    edits: [
      {
        file: 'functions/observing/progress.ts',
        find: 'retries > 0 ? await keptAt(payloads, at) : undefined',
        replace: 'retries > 99 ? await keptAt(payloads, at) : undefined',
      },
    ],
  },
  {
    name: 'L8: a slice removes what the full plan had not decided',
    edits: [
      {
        file: 'functions/domain/reading/permitted.ts',
        find: 'permit !== undefined && permit.reason === reason && permit.task === task',
        replace: 'permit !== null && reason.length > 0 && task !== null',
      },
    ],
  },
  {
    name: 'L14: the text of a declaration is kept as it was given',
    edits: [
      {
        file: 'functions/domain/ecs/declared.ts',
        find: 'name: printable(text, MAX_DECLARATION)',
        replace: 'name: text',
      },
    ],
  },
  {
    name: 'L1: a name goes to parts without what stands in its one set, which follows',
    edits: [
      {
        file: 'functions/domain/plan/place-in-parts.ts',
        find: 'members.filter((one) => !entering.has(one) || along.has(one))',
        replace: 'members.filter((one) => along.has(one))',
      },
    ],
  },
  {
    name: 'L5: a part that changes loses what stays in it',
    edits: [
      {
        file: 'functions/domain/zone/spread.ts',
        find: 'if (part) add(part, [one]);\n  }\n  for (const part of parts)',
        replace: 'if (part && part.standing.values < 2) add(part, [one]);\n  }\n  for (const part of parts)',
      },
    ],
  },
  {
    name: 'L4: a value stays that of the task which published it first, whoever has its address by now',
    edits: [
      {
        file: 'functions/domain/judging/judge-name.ts',
        find: 'const ready = view.claimants.filter((one) => isReady(one, view));',
        replace:
          'const ready = view.claimants.filter((one) => isReady(one, view) && (!view.entry || view.entry.task === one.claim.task));',
      },
    ],
  },
  {
    name: 'L9: the alias of an address name is made before its addresses',
    script: 'test/worlds/address-main.ts',
    edits: [
      {
        file: 'functions/domain/plan/place-addresses.ts',
        find: 'return [...first, ...changes, ...last]',
        replace: 'return [...first, ...last, ...changes]',
      },
    ],
  },
  {
    name: 'L2: the alias of another deployment at an address name is ours',
    script: 'test/worlds/address-main.ts',
    edits: [
      {
        file: 'functions/domain/zone/alias.ts',
        find: 'isAddressName(set.aliasTarget.name, naming);',
        replace: "set.aliasTarget.name.includes('._address.');",
      },
    ],
  },
  {
    name: 'L5: an AAAA alias of ours is taken for that of others',
    script: 'test/worlds/address-main.ts',
    edits: [{ file: 'functions/domain/zone/alias.ts', find: 'isAddressType(type) &&', replace: "type === 'A' &&" }],
  },
  {
    name: 'L7: of an address name one family stands in for the other',
    script: 'test/worlds/address-main.ts',
    edits: [
      {
        file: 'functions/domain/judging/judge-name.ts',
        find: '({ key }) => isApart(view, key))',
        replace: '() => false)',
      },
    ],
  },
  {
    name: 'L7: the stage of a rollback is looked at before its status',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/ecs/deployment.ts',
        find: 'if (ROLLBACKS.has(status)) {',
        replace: 'if (ROLLBACKS.has(status) && !stage) {',
      },
      {
        file: 'functions/domain/ecs/deployment.ts',
        find: "if (status !== 'IN_PROGRESS' || at < 0) return",
        replace: 'if (at < 0) return',
      },
    ],
  },
  {
    name: 'L7: the revision before leaves whoever has come',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/judging/shift.ts',
        find: 'isEnough: isWhole && isShareOf(passing, wanted, minimumHealthyShare)',
        replace: 'isEnough: true',
      },
    ],
  },
  {
    name: 'L1: a deployment that cannot be read is none',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/ecs/deployment.ts',
        find: "if (deployment === 'unreadable') return unknownShares('ECS does not tell of its deployment');",
        replace: "if (deployment === 'unreadable') return ALL;",
      },
    ],
  },
  {
    name: 'L5: a service that has the hook of others is shifted too',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/ecs/deployment.ts',
        find: 'hook && (target === hook || target.startsWith(`${hook}:`))',
        replace: 'hook && target.startsWith(hook)',
      },
    ],
  },
  {
    name: 'L7: a revision enters before its turn',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/judging/shift.ts',
        find: "shift === undefined || shift.share === 'all';",
        replace: "shift === undefined || shift.share !== 'unknown';",
      },
    ],
  },
  {
    name: 'L7: of a revision each instance enters as it passes, beside one that serves',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/judging/shift.ts',
        find: 'return its ? together(verdict, its) : verdict;',
        replace: 'return verdict;',
      },
    ],
  },
  {
    name: 'L5: what was tested stays under the test name once the deployment is over',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/ecs/shares.ts',
        find: 'if (shares.testName === undefined) return nothing;',
        replace: "if (shares.testName === undefined || shares.kind === 'all') return nothing;",
      },
    ],
  },
  {
    name: 'L4: what was published under a test name looks gone to who looks again',
    script: 'test/worlds/shift-main.ts',
    edits: [
      {
        file: 'functions/domain/telling/verify.ts',
        find: 'claimants(value.declared ?? name, value.key)',
        replace: 'claimants(name, value.key)',
      },
    ],
  },
];

const { values } = parseArgs({
  options: { worlds: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
});
const chosen = MUTANTS.filter(({ name }) => values.only.split(',').some((part) => name.includes(part)));

process.exitCode = await tryMutants(chosen, ({ script, from = 1 }) =>
  script ? [script] : ['test/worlds/main.ts', '--seed', String(from), '--workers', '1', '--worlds', values.worlds],
);
