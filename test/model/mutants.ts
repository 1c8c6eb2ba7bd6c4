import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** A deliberate fault: what it replaces in one file of a copy. */
interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The faults that a protocol of this kind is known to get wrong (design, section 4). */
const MUTANTS: readonly Mutant[] = [
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
    edits: [
      {
        file: 'functions/domain/plan/verify.ts',
        find: '...removed\n        .filter(({ key }) => !standing.has(key))',
        replace: '...removed\n        .filter(() => false)',
      },
    ],
  },
  {
    name: 'verification by address instead of name and task',
    edits: [
      {
        file: 'functions/domain/plan/verify.ts',
        find: 'claimants(name, value.key).some(({ task }) => task === value.task)',
        replace: 'seen.some(({ endpoint }) => endpoint && endpointKey(endpoint) === value.key)',
      },
    ],
  },
  {
    name: 'scope by task instead of host',
    edits: [
      {
        file: 'functions/steps/read-trigger.ts',
        find: 'hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],',
        replace: 'hosts: containerInstance !== undefined && !awsvpc ? [] : [],',
      },
      {
        file: 'functions/domain/plan/verify.ts',
        find: 'hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],\n    tasks: task !== undefined && (awsvpc || containerInstance === undefined) ? [{ cluster, task }] : [],',
        replace:
          'hosts: [],\n    tasks: task !== undefined && containerInstance !== awsvpc ? [{ cluster, task }] : [],',
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
        file: 'functions/domain/plan/addresses.ts',
        find: "if (!found) return [{ ...unit, changes: [{ action: 'CREATE', recordSet: desired }] }];",
        replace: 'if (!found) return [];',
      },
    ],
  },
];

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const root = join(import.meta.dirname, '../..');

/** Whether the model catches the mutant within the given number of histories, and what it says. */
async function explored({ edits }: Mutant): Promise<{ readonly caught: boolean; readonly said: readonly string[] }> {
  const copy = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['functions', 'statemachines', 'test', 'package.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const { file, find, replace } of edits) {
      const source = readFileSync(join(copy, file), 'utf8');
      if (source.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
      writeFileSync(
        join(copy, file),
        source.replace(find, () => replace),
      );
    }
    const said = await explore(copy);
    return { caught: said[0]?.includes('breaks a law') ?? false, said };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function explore(copy: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const { seed, histories } = values;
    const model = ['test/model/main.ts', '--seed', seed, '--workers', '1', '--histories', histories];
    const child = spawn(process.execPath, model, { cwd: copy, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece;
    });
    child.once('error', reject);
    child.once('exit', () => resolve(said.split('\n')));
  });
}

const chosen = MUTANTS.filter(({ name }) => values.only.split(',').some((part) => name.includes(part)));
const left = [...chosen];
let survivors = 0;
await Promise.all(
  Array.from({ length: Number(values.workers) }, async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const { caught, said } = await explored(mutant);
      if (!caught) survivors += 1;
      const [first = '', law = ''] = said;
      console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name}: ${first} ${law.trim().slice(0, 140)}`);
    }
  }),
);
console.log(`${chosen.length} mutants, ${survivors} survived`);
process.exitCode = chosen.length > 0 && survivors === 0 ? 0 : 1;
