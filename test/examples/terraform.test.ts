import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { launchable } from '../../cli/template/launchable.ts';
import { wholeTemplate } from '../../infra/whole-template.ts';

const FOLDER = 'examples/terraform';
const text = readFileSync(`${FOLDER}/main.tf`, 'utf8');
const app = wholeTemplate({}) as Parameters<typeof launchable>[0];
const entries = Object.values(app.Resources).map(({ Metadata }) =>
  String(Metadata?.['ecs-service-discovery-dns:entry']),
);
const template = launchable(app, new Map(entries.map((entry) => [entry, `${entry}.zip`])), { prefix: '' });

/** `key = value` lines of a block that begins so. */
const keysOf = (block: string) => [...block.matchAll(/^\s+(\w+)\s+=/gm)].map(([, key = '']) => key);
const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

it('gives every parameter of the template, and no other', () => {
  const [, block = ''] = /^ {2}parameters = \{\n(.*?)^ {2}\}/ms.exec(text) ?? [];

  expect(keysOf(block).sort()).toEqual(Object.keys(template.Parameters ?? {}).sort());
});

it('reads outputs that the template has', () => {
  const read = [...found(/\.outputs\["(\w+)"\]/g)];

  expect(read.length).toBeGreaterThan(1);
  expect(read.filter((name) => !Object.hasOwn(template.Outputs ?? {}, name))).toEqual([]);
});

it('declares each variable that it uses, and uses each that it declares', () => {
  const declared = found(/^variable "(\w+)"/gm);

  expect([...new Set(found(/\bvar\.(\w+)/g))].sort()).toEqual(declared.sort());
});

it('launches it under the name that the template has', () => {
  expect(text).toMatch(/variable "stack_name" \{[^}]*default\s+= "EcsServiceDiscoveryDns"/);
});

it('is formatted as terraform wants it', ({ skip }) => {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
  } catch {
    skip('there is no terraform here');
  }
  const said = execFileSync('terraform', ['fmt', '-check', '-diff', FOLDER], { encoding: 'utf8', stdio: 'pipe' });

  expect(said).toBe('');
});
