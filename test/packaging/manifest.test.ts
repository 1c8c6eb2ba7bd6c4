import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packed } from '../../packaging/manifest.ts';

const own = JSON.parse(readFileSync('package.json', 'utf8'));

describe('the manifest', () => {
  it('of the checkout is that of a package to publish, and asks for no newer Node than npm ci needs', () => {
    expect(own.private).toBeUndefined();
    expect(own.publishConfig).toEqual({ access: 'public', provenance: true });
    expect(own.engines).toEqual({ node: '>=20' });
  });

  it('of the package asks for Node 22, runs nothing, and has no dependency but the CDK of its user', () => {
    const manifest = packed(own);

    expect(manifest).toMatchObject({
      name: own.name,
      version: own.version,
      engines: { node: '>=22' },
      exports: own.exports,
    });
    expect(Object.keys(manifest).filter((key) => /dependencies|scripts|private/i.test(key))).toEqual([
      'peerDependencies',
      'peerDependenciesMeta',
    ]);
    expect(Object.keys(manifest.peerDependencies as object)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  it('names the repository that builds it, as provenance demands', () => {
    expect(packed(own, 'shop/ecs-dns')).toMatchObject({
      repository: { type: 'git', url: 'git+https://github.com/shop/ecs-dns.git' },
      homepage: 'https://github.com/shop/ecs-dns#readme',
      bugs: { url: 'https://github.com/shop/ecs-dns/issues' },
    });
    expect(packed(own)).not.toHaveProperty('repository');
    expect(() => packed(own, 'https://github.com/shop/ecs-dns')).toThrow('GITHUB_REPOSITORY: got "https://github.com');
  });
});
