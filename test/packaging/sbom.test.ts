import { describe, expect, it } from 'vitest';
import { packagesIn } from '../../packaging/inside.ts';
import { type Sbom, sbomOf } from '../../packaging/sbom.ts';

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
});

/** As `npm sbom` prints it: the folder's name, a random number and the time in it. */
const sbom = (serialNumber: string, timestamp: string): Sbom => ({
  serialNumber,
  metadata: { timestamp, component: { 'bom-ref': 'own@1.0.0', name: 'folder', version: '1.0.0' } },
  components: [component('zod', '4.0.0'), component('@aws-sdk/core', '3.0.0'), component('vitest', '5.0.0')],
  dependencies: [
    { ref: 'own@1.0.0', dependsOn: ['zod@4.0.0', 'vitest@5.0.0'] },
    { ref: 'zod@4.0.0', dependsOn: [] },
    { ref: '@aws-sdk/core@3.0.0', dependsOn: ['zod@4.0.0', 'vitest@5.0.0'] },
    { ref: 'vitest@5.0.0', dependsOn: ['zod@4.0.0'] },
  ],
});
const INSIDE = [
  { name: '@aws-sdk/core', version: '3.0.0' },
  { name: 'zod', version: '4.0.0' },
];

describe('the packages in the bundles', () => {
  it('are those with bytes in them, by the innermost folder, each once', () => {
    const bytes = (bytesInOutput: number) => ({ bytesInOutput });
    const outputs = {
      'a.mjs': {
        inputs: {
          'functions/steps/a.ts': bytes(10),
          'node_modules/zod/index.js': bytes(5),
          'node_modules/zod/other.js': bytes(5),
          'node_modules/unused/index.js': bytes(0),
          '../elsewhere/node_modules/@aws-sdk/core/dist/x.js': bytes(1),
          'node_modules/outer/node_modules/inner/index.js': bytes(1),
        },
      },
    };
    const versions: Record<string, string> = {
      'node_modules/zod': 'zod',
      '../elsewhere/node_modules/@aws-sdk/core': '@aws-sdk/core',
      'node_modules/outer/node_modules/inner': 'inner',
    };

    const found = packagesIn([{ outputs }], (folder) => ({ name: versions[folder] ?? '', version: '1.0.0' }));

    expect(found.map(({ name }) => name)).toEqual(['@aws-sdk/core', 'inner', 'zod']);
  });
});

describe('the SBOM', () => {
  const made = sbomOf(sbom('urn:uuid:1', '2026-11-28T10:00:00Z'), INSIDE, { name: 'own', date: '2026-11-28' });

  it('lists what is inside and nothing else, as part of the package', () => {
    expect(made.components.map((one) => one['bom-ref'])).toEqual(['@aws-sdk/core@3.0.0', 'zod@4.0.0']);
    expect(JSON.stringify(made)).not.toMatch(/development|vitest|folder/);
    expect(made.dependencies).toEqual([
      { ref: 'own@1.0.0', dependsOn: ['@aws-sdk/core@3.0.0', 'zod@4.0.0'] },
      { ref: 'zod@4.0.0', dependsOn: [] },
      { ref: '@aws-sdk/core@3.0.0', dependsOn: ['zod@4.0.0'] },
    ]);
  });

  it('is the same each time, and another for other content', () => {
    const again = sbomOf(sbom('urn:uuid:2', '2027-01-01T00:00:00Z'), INSIDE, { name: 'own', date: '2026-11-28' });
    const other = sbomOf(sbom('urn:uuid:1', '2026-11-28T10:00:00Z'), INSIDE.slice(1), {
      name: 'own',
      date: '2026-11-28',
    });

    expect(again).toEqual(made);
    expect(made.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other.serialNumber).not.toBe(made.serialNumber);
  });

  it('is refused where npm does not know what is inside', () => {
    const unknown = [{ name: 'zod', version: '4.0.1' }];

    expect(() => sbomOf(sbom('', ''), unknown, { name: 'own' })).toThrow(
      'zod@4.0.1 is bundled and npm sbom does not list it',
    );
  });
});
