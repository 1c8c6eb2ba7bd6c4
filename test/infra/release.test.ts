import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digest, release } from '../../infra/release.ts';
import { STEPS } from '../../infra/steps.ts';
import { discover, ofType } from './synthesized.ts';

const root = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ['functions', 'statemachines']) cpSync(folder, join(root, folder), { recursive: true });

/** The digest of a tree in which one file has another line. */
function changed(file: string): string {
  cpSync(file, join(root, file));
  const before = digest(root);
  writeFileSync(join(root, file), '\n', { flag: 'a' });
  const after = digest(root);
  cpSync(file, join(root, file));
  expect(digest(root)).toBe(before);
  return after;
}

describe('the release', () => {
  it.each([
    'statemachines/reconcile.asl.json',
    'functions/contracts/states.ts',
    'functions/contracts/claim-check.ts',
    'functions/domain/zone/change.ts',
  ])('changes with what crosses states: %s', (file) => {
    expect(changed(file)).not.toBe(release());
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
