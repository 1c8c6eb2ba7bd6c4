import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digest, release } from '../../infra/release.ts';
import { STEPS } from '../../infra/steps.ts';
import { discover, ofType } from './synthesized.ts';

const root = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ['functions', 'statemachines']) cpSync(folder, join(root, folder), { recursive: true });

const DEFINITION = 'statemachines/reconcile.asl.yaml';

/** The digest of a tree in which one file is edited. */
function changed(file: string, edit: (text: string) => string = (text) => `${text}\n`): string {
  const before = digest(root);
  const text = readFileSync(file, 'utf8');
  writeFileSync(join(root, file), edit(text));
  expect(readFileSync(join(root, file), 'utf8')).not.toBe(text);
  const after = digest(root);
  cpSync(file, join(root, file));
  expect(digest(root)).toBe(before);
  return after;
}

describe('the release', () => {
  it.each(['functions/contracts/states.ts', 'functions/contracts/payloads.ts', 'functions/domain/zone/change.ts'])(
    'changes with what crosses states: %s',
    (file) => {
      expect(changed(file)).not.toBe(release());
    },
  );

  it('changes with the definition that is deployed, not with how its file says it', () => {
    const retried = changed(DEFINITION, (text) => text.replace('MaxAttempts: 6', 'MaxAttempts: 7'));
    const commented = changed(DEFINITION, (text) => `# Read me first.\n${text}`);

    expect(retried).not.toBe(release());
    expect(commented).toBe(release());
  });

  it.each(['functions/steps/plan-changes.ts', 'functions/adapters/aws/pool.ts', 'statemachines/README.md'])(
    'does not change with anything else: %s',
    (file) => {
      expect(changed(file)).toBe(release());
    },
  );

  it('is the same for the same sources, wherever they lie', () => {
    expect(digest(root)).toBe(release());
    expect(release()).toMatch(/^[0-9a-f]{16}$/);
  });
});

it('every Task passes that of the definition, and every function of the state machine has it', () => {
  const template = discover(() => ({})).synth();
  const [machine] = ofType(template, 'AWS::StepFunctions::StateMachine');
  const { DefinitionString, DefinitionSubstitutions } = (machine?.Properties ?? {}) as {
    DefinitionString: string;
    DefinitionSubstitutions: Record<string, unknown>;
  };
  const tasks = [...DefinitionString.matchAll(/"Type": ?"Task"/g)];
  const passed = [...DefinitionString.matchAll(/"release": ?"\$\{Release\}"/g)];
  const own = ofType(template, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
    const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, string> };
    return Variables.RELEASE ?? [];
  });

  expect(DefinitionSubstitutions.Release).toBe(release());
  expect(passed).toHaveLength(tasks.length);
  expect(tasks).toHaveLength(Object.keys(STEPS).length);
  expect(own).toEqual(Object.keys(STEPS).map(() => release()));
});
