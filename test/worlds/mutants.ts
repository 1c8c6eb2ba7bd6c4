import { parseArgs } from 'node:util';
import { type Mutant, tryMutant } from '../support/mutation.ts';

/** One fault for each law that the worlds are there to guard. */
const MUTANTS: readonly Mutant[] = [
  {
    name: 'L1: values of an unread cluster count as absent',
    edits: [
      {
        file: 'functions/domain/plan/removal.ts',
        find: "if (cluster === 'unread') return { action: 'hold', reason: 'held-unread' };",
        replace: '',
      },
    ],
  },
  {
    name: 'L2: a record set is replaced by ours alone',
    edits: [
      {
        file: 'functions/domain/plan/decide.ts',
        find: 'const values = [...theirs, ...wanted.values];',
        replace: 'const values = [...theirs.slice(1), ...wanted.values];',
      },
    ],
  },
  {
    name: 'L5: what is contradicted for a moment is held for ever',
    edits: [
      {
        file: 'functions/domain/plan/removal.ts',
        find: "if (fate === 'stopped') return { action: 'remove', reason: 'task-stopped' };",
        replace: "if (fate === 'stopped') return { action: 'hold', reason: 'held-contradiction' };",
      },
    ],
  },
  {
    name: 'L6: an unexplained removal is not told of',
    edits: [
      {
        file: 'functions/domain/plan/plan.ts',
        find: 'names.flatMap(({ dispositions }) => dispositions)',
        replace: "names.flatMap(({ dispositions }) => dispositions.filter(({ reason }) => reason !== 'unexplained'))",
      },
    ],
  },
  {
    name: 'L8: the guard judges by the number alone',
    edits: [
      {
        file: 'functions/domain/plan/guard.ts',
        find: 'unexplained.length / ours > maxDeleteShare',
        replace: 'unexplained.length > ours',
      },
    ],
  },
];

const { values } = parseArgs({ options: { worlds: { type: 'string', default: '2000' } } });

let survivors = 0;
for (const mutant of MUTANTS) {
  const command = ['test/worlds/main.ts', '--seed', '1', '--workers', '1', '--worlds', values.worlds];
  const { caught, said } = await tryMutant(mutant, command);
  if (!caught) survivors += 1;
  const [first = '', law = ''] = said.split('\n');
  console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name}: ${first} ${law.trim().slice(0, 140)}`);
}
console.log(`${MUTANTS.length} mutants, ${survivors} survived`);
process.exitCode = survivors === 0 ? 0 : 1;
