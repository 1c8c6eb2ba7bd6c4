import { readFileSync } from 'node:fs';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { PROP_NAMES } from '../../infra/cdk-values.ts';
import * as published from '../../infra/index.ts';
import { METRICS } from '../../infra/metrics.ts';
import { defaultOf, docstring } from './docstring.ts';
import { documented } from './document.ts';
import { declared } from './members.ts';
import { page } from './page.ts';

/** What the class really has, its own and inherited, up to the CDK's. */
function membersOf(type: { prototype: object }): readonly string[] {
  const names: string[] = [];
  for (let at = type.prototype; at !== Construct.prototype; at = Object.getPrototypeOf(at))
    names.push(...Object.getOwnPropertyNames(at));
  return names.filter((name) => name !== 'constructor');
}

describe('docs/construct.md', () => {
  it('is what the docstrings say: npm run reference -- --write', () => {
    expect(documented()).toBe(page());
  });

  it('has every method and accessor of the class', () => {
    const heads = membersOf(published.ServiceDiscovery).filter(
      (name) => !page().includes(`### ${name}\n`) && !page().includes(`| \`${name}()\` |`),
    );

    expect(membersOf(published.ServiceDiscovery).length).toBeGreaterThan(20);
    expect(heads).toEqual([]);
  });

  it('has every prop with a type, a default or that it has to be given, and a sentence', () => {
    for (const name of PROP_NAMES) {
      const [, section = ''] = new RegExp(`^### ${name}\\n\\n([^]*?)(?=^##)`, 'm').exec(page()) ?? [];

      expect(section, name).toMatch(/^(?:`[^\n]+`); (?:default: [^\n]+|has to be given)\n\n\S[\s\S]+/);
      expect(section, name).not.toContain('default: none\n');
    }
  });

  it('has every export of the package, and every metric', () => {
    const exports = [...readFileSync('infra/index.ts', 'utf8').matchAll(/export (?:type )?\{([^}]*)\}/g)]
      .flatMap(([, names = '']) => names.split(','))
      .map((name) => name.replace('type ', '').trim());

    expect(exports).toContain('ServiceDiscoveryProps');
    // The lists of words stand as their words.
    const words = ['AddressFamily', 'Routing', 'BeyondCapacity'];
    for (const name of exports.filter((one) => !words.includes(one))) expect(page()).toContain(name);
    for (const name of Object.keys(METRICS)) expect(page()).toContain(`| \`${name}\` |`);
  });
});

describe('the reader', () => {
  const TEXT = `
/** Of the class. */
export class X extends Y {
  override readonly bare: string;
  /** A queue. */
  readonly queue: sqs.Queue;
  readonly #hidden: number;

  /**
   * Adds.
   *
   * More.
   *
   * @throws SomeError for
   *   a reason
   */
  add(
    one: string,
    other: number,
  ): void {
    const inner = () => {
    };
  }

  /** Not public. */
  private no(): void {}

  /** Gets. */
  get got(): number {
    return 1;
  }
}
`;

  it('finds public members with signature and docstring', () => {
    expect(declared(TEXT, 'X')).toEqual({
      doc: 'Of the class.',
      members: [
        { name: 'bare', signature: 'readonly bare: string', doc: '' },
        { name: 'queue', signature: 'readonly queue: sqs.Queue', doc: 'A queue.' },
        {
          name: 'add',
          signature: 'add(one: string, other: number): void',
          doc: 'Adds.\n\nMore.\n\n@throws SomeError for\n  a reason',
        },
        { name: 'got', signature: 'readonly got: number', doc: 'Gets.' },
      ],
    });
    expect(() => declared(TEXT, 'Z')).toThrow('no exported class or interface Z');
  });

  it.each([
    { text: 'Says.\n\n@default 0.3', says: 'Says.', byDefault: '`0.3`' },
    { text: 'Says.\n\n@default - none: nothing\n  happens', says: 'Says.', byDefault: 'none: nothing   happens' },
    { text: 'Says.', says: 'Says.', byDefault: undefined },
  ])('$text', ({ text, says, byDefault }) => {
    expect(docstring(text).says).toBe(says);
    expect(defaultOf(docstring(text))).toBe(byDefault);
  });
});
