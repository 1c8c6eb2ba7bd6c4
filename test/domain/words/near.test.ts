import { describe, expect, it } from 'vitest';
import { nearest, orWhich } from '../../../functions/domain/words/near.ts';

const KNOWN = ['recordTtl', 'negativeTtl', 'clusters', 'vpcId'] as const;

describe('what is nearest', () => {
  it.each([
    { given: 'recordTTL', name: 'recordTtl', distance: 0 },
    { given: ' recordTtl ', name: 'recordTtl', distance: 0 },
    { given: 'recordTl', name: 'recordTtl', distance: 1 },
    { given: 'recordTttl', name: 'recordTtl', distance: 1 },
    { given: 'record-ttl', name: 'recordTtl', distance: 1 },
    { given: 'recodrTtl', name: 'recordTtl', distance: 1 },
    { given: 'cluster', name: 'clusters', distance: 1 },
    { given: 'vpc', name: 'vpcId', distance: 2 },
    { given: '', name: 'vpcId', distance: 5 },
  ])('to "$given" is $name', ({ given, name, distance }) => {
    expect(nearest(given, KNOWN)).toEqual({ name, distance });
  });

  it('to a text without end is some name, at once', () => {
    expect(nearest('x'.repeat(1_000_000), KNOWN).name).toBe('recordTtl');
  });
});

it('says which there are only where the nearest is far', () => {
  expect(orWhich('recordTTL', KNOWN)).toBe('the nearest is recordTtl');
  expect(orWhich('something', KNOWN, (name) => `-c ${name}`)).toBe(
    'the nearest is -c clusters; known are recordTtl, negativeTtl, clusters, vpcId',
  );
});
