import { parseArgs } from 'node:util';
import { tryMutants } from '../support/mutation.ts';
import { type ModelMutant, NAMED_MUTANTS } from './named-mutants.ts';
import { SHIFT_MUTANTS } from './shift-mutants.ts';
import { BEFORE_PAUSES } from './traits.ts';

/** The faults that a protocol of this kind is known to get wrong (design, section 4). */
const MUTANTS: readonly ModelMutant[] = [
  {
    name: 'UPSERT in place of DELETE and CREATE',
    edits: [
      {
        file: 'functions/adapters/route53-zone.ts',
        find: 'Changes: changes.map(({ action, recordSet }) => ({\n            Action: action,',
        replace:
          "Changes: changes.filter(({ action, recordSet }) => action === 'CREATE' || !changes.some((one) => one.action === 'CREATE' && one.recordSet.ownerName === recordSet.ownerName)).map(({ action, recordSet }) => ({\n            Action: action === 'CREATE' ? 'UPSERT' : action,",
      },
    ],
  },
  {
    name: 'no verification',
    edits: [
      {
        file: 'functions/steps/verify-changes.ts',
        find: 'const changed = changedSoFar(passes);',
        replace: 'const changed = changedSoFar(passes).slice(0, 0);',
      },
    ],
  },
  {
    name: 'verification of created values only',
    from: 3_500,
    edits: [
      {
        file: 'functions/domain/telling/verify.ts',
        find: '...removed\n        .filter(({ key }) => !standing.has(key))',
        replace: '...removed\n        .filter(() => false)',
      },
      // The claims of removed values say the same where the next task has written its own.
      {
        file: 'functions/observing/last-comer.ts',
        find: 'return claimedAnew(removed, remembered);',
        replace: 'return claimedAnew(removed.slice(0, 0), remembered);',
      },
    ],
  },
  {
    name: 'hosts of removed values not listed',
    from: 3_500,
    edits: [
      {
        file: 'functions/domain/telling/verify.ts',
        find: 'removed: removed.filter(({ key }) => !standing.has(key)),',
        replace: 'removed: removed.filter(() => false),',
      },
      // Claims would tell of the next task on a port, too, but only where its own run has written one.
      {
        file: 'functions/observing/last-comer.ts',
        find: 'return claimedAnew(removed, remembered);',
        replace: 'return claimedAnew(removed.slice(0, 0), remembered);',
      },
    ],
  },
  {
    name: 'verification of removed values only',
    edits: [
      {
        file: 'functions/domain/telling/verify.ts',
        find: '...created.flatMap((value): Disagreement[] =>',
        replace: '...created.slice(0, 0).flatMap((value): Disagreement[] =>',
      },
    ],
  },
  {
    name: 'verification by address instead of name and task',
    from: 3_700,
    edits: [
      {
        file: 'functions/domain/telling/verify.ts',
        find: 'claimants(value.declared ?? name, value.key).some(({ task }) => task === value.task)',
        replace: 'seen.some(({ endpoint }) => endpoint && endpointKey(endpoint) === value.key)',
      },
    ],
  },
  {
    name: 'scope by task instead of host',
    from: 1_900,
    edits: [
      {
        file: 'functions/steps/read-trigger.ts',
        find: 'hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],',
        replace: 'hosts: containerInstance !== undefined && !awsvpc ? [] : [],',
      },
      {
        file: 'functions/domain/telling/verify.ts',
        find: 'hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],\n    tasks: task !== undefined && (awsvpc || containerInstance === undefined) ? [{ cluster, task }] : [],',
        replace:
          'hosts: [],\n    tasks: task !== undefined && containerInstance !== awsvpc ? [{ cluster, task }] : [],',
      },
      // Claims would tell of the next task on a port, too, but only where its own run has written one.
      {
        file: 'functions/observing/last-comer.ts',
        find: 'return claimedAnew(removed, remembered);',
        replace: 'return claimedAnew(removed.slice(0, 0), remembered);',
      },
    ],
  },
  {
    name: 'messages deleted before the zone is in sync',
    edits: [
      {
        file: 'functions/steps/read-trigger.ts',
        find: 'await bury(malformed, queue, deadLetters);',
        replace:
          'await bury(malformed, queue, deadLetters);\n  await queue.delete(messages.map(({ receipt }) => receipt));',
      },
    ],
  },
  {
    name: 'address sets not planned when missing',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'return exchange(standing, [desired]);',
        replace: 'return standing.length > 0 ? exchange(standing, [desired]) : [];',
      },
    ],
  },
  {
    name: 'an address deleted without a mark',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'areMarked(sets, view) ? (idle[target] ?? now) : now]',
        replace: 'idle[target] ?? now]',
      },
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'if (!areMarked(sets, view)) return [marking(sets, view)];\n      return now',
        replace: 'return now',
      },
    ],
  },
  {
    name: 'an address deleted before its hour is over',
    from: 1_200,
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'export const RETIREMENT = 60 * 60_000;',
        replace: 'export const RETIREMENT = 0;',
      },
    ],
  },
  {
    name: 'a mark that publishing does not take back',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'standing.some((set) => sameAnswer(set, desired))',
        replace: 'standing.length > 0',
      },
    ],
  },
  {
    name: 'claims of removed values not read again',
    from: 3_500,
    edits: [
      {
        file: 'functions/observing/last-comer.ts',
        find: 'return claimedAnew(removed, remembered);',
        replace: 'return claimedAnew(removed.slice(0, 0), remembered);',
      },
    ],
  },
  {
    name: 'takeovers not verified',
    from: 5_600,
    edits: [
      {
        file: 'functions/observing/last-comer.ts',
        find: 'return fallen(takenOver,',
        replace: 'return fallen(takenOver.slice(0, 0),',
      },
    ],
  },
  {
    name: 'a takeover with nothing to apply taken for settled',
    from: 5_600,
    edits: [
      {
        file: 'functions/steps/plan-changes.ts',
        find: 'record.starting.length + takenOver.length',
        replace: 'record.starting.length',
      },
    ],
  },
  {
    name: 'a takeover whose claim is lost taken for written',
    from: 13_200,
    edits: [
      {
        file: 'functions/domain/sending/unclaimed.ts',
        find: '...takenOver.filter(',
        replace: '...takenOver.slice(0, 0).filter(',
      },
    ],
  },
  {
    name: 'event runs that look only at values which their own tasks claim',
    from: 4_700,
    edits: [
      {
        file: 'functions/domain/reading/standing-entries.ts',
        find: ' || places.has(`${name} ${key}`)',
        replace: '',
      },
    ],
  },
  {
    name: 'tasks stopped by their claims alone',
    from: 4_100,
    edits: [
      {
        file: 'functions/domain/reading/inventory.ts',
        find: 'return entry.publishedAt !== undefined || (takenAt !== undefined && entry.firstSeen < takenAt);',
        replace: 'return takenAt === undefined || entry.firstSeen < takenAt;',
      },
    ],
  },
  {
    name: 'a stop dropped although its execution was never acknowledged',
    edits: [
      {
        file: 'functions/triggers/start-run.ts',
        find: 'const { execution } = await startWindow(starter, atOnce',
        replace:
          'queued = withQueued(queued, seen, queuedAt);\n    const { execution } = await startWindow(starter, atOnce',
      },
    ],
  },
  {
    name: 'a start dropped although a container has stopped',
    edits: [
      {
        file: 'functions/contracts/events.ts',
        find: 'lastStatus: shown, networkBindings: shown',
        replace: 'networkBindings: shown',
      },
    ],
  },
  {
    name: 'a run at once that everybody is told he has started',
    edits: [
      {
        file: 'functions/observing/start-window.ts',
        find: '{ window, first: id }',
        replace: "{ window, first: 'anybody' }",
      },
    ],
  },
  {
    name: 'a run that ends early although a value of its task stands',
    edits: [
      {
        file: 'functions/domain/reading/old-news.ts',
        find: ' && !places.some(({ place }) => standing.has(place))',
        replace: '',
      },
    ],
  },
  {
    name: 'a run that ends early although its task may run',
    edits: [
      {
        file: 'functions/domain/reading/old-news.ts',
        find: 'tasks.every(({ stops }) => stops !== undefined)',
        replace: 'tasks.every(({ task }) => task)',
      },
      {
        file: 'functions/domain/reading/old-news.ts',
        find: 'stops && places.length >= stops.endpoints',
        replace: 'places.length >= (stops?.endpoints ?? 1)',
      },
    ],
  },
  {
    name: 'a paused run applies all the same',
    from: BEFORE_PAUSES + 1,
    edits: [
      {
        file: 'functions/steps/plan-changes.ts',
        find: 'const sends = !run.dryRun && !paused;',
        replace: 'const sends = !run.dryRun;',
      },
      {
        file: 'functions/steps/plan-changes.ts',
        find: 'paused !== undefined ||\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a pause that waits for nobody',
    from: BEFORE_PAUSES + 1,
    edits: [{ file: 'cli/commands/pause.ts', find: 'before.length === 0', replace: 'before.length >= 0' }],
  },
  {
    name: 'a slice planned from the old reading',
    edits: [
      {
        file: 'functions/steps/plan-changes.ts',
        find: "payloads.load('reading', reading)",
        replace:
          "payloads.load('reading', run.slice === undefined ? reading : { key: `runs/${run.execution}/1/reading.json` })",
      },
    ],
  },
  ...NAMED_MUTANTS,
  ...SHIFT_MUTANTS,
];

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});

const chosen = MUTANTS.filter(({ name }) => values.only.split(',').some((part) => name.includes(part)));
const { seed, histories } = values;
process.exitCode = await tryMutants(chosen, ({ from = 1 }) => [
  'test/model/main.ts',
  ...['--seed', seed ?? String(from), '--workers', '1', '--histories', histories],
]);
