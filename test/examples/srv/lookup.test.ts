import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  EveryInstanceFailedError,
  endpoints,
  lookup,
  NoInstanceError,
  orderSrv,
  type SrvResolver,
  type SrvValue,
  tryEach,
} from '../../../examples/srv/lookup.ts';
import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import { fixedZone, simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../../stand-ins/dns-server.ts';

const value = (name: string, weight = 1, priority = 1): SrvValue => ({ name, port: 80, priority, weight });

/** Answers from tables; a name that is missing is absent, one that holds an error fails with it. */
function resolverOf(srv: Record<string, readonly SrvValue[]>, hosts: Record<string, readonly string[]> = {}) {
  const asked: string[] = [];
  const from = async <T>(table: Record<string, readonly T[]>, name: string): Promise<readonly T[]> => {
    asked.push(name);
    const found = table[name];
    if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    return found;
  };
  const resolver: SrvResolver = {
    resolveSrv: (name) => from(srv, name),
    resolve4: (name) => from(hosts, name),
    resolve6: (name) => from(hosts, `${name}/6`),
  };
  return { resolver, asked };
}

describe('orderSrv', () => {
  const values = fc.array(
    fc.record({
      name: fc.string(),
      port: fc.nat(65_535),
      priority: fc.nat(3),
      weight: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(65_535)),
    }),
    { maxLength: 30 },
  );

  it('loses nothing, repeats nothing, and never puts a lower priority first', () => {
    fc.assert(
      fc.property(values, fc.integer(), (given, seed) => {
        const ordered = orderSrv(given, seeded(seed));

        expect(ordered).toHaveLength(given.length);
        expect(new Set(ordered)).toEqual(new Set(given));
        const priorities = ordered.map(({ priority }) => priority);
        expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
      }),
    );
  });

  it.each([
    { weights: [1, 1] },
    { weights: [1, 3] },
    { weights: [10, 20, 70] },
    { weights: [0, 0, 0] },
    { weights: [0, 1] },
    { weights: [0, 0, 5, 15] },
  ])('$weights: first in the shares of RFC 2782', ({ weights }) => {
    const draws = 30_000;
    const random = seeded(7);
    const given = weights.map((weight, index) => value(`${index}`, weight));

    const firsts = Array.from({ length: draws }, () => orderSrv(given, random)[0]?.name);

    // A whole number from 0 to the sum is drawn; 0 falls to whichever stands first: a value of weight 0 if there is one.
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const zeros = weights.filter((weight) => weight === 0).length;
    weights.forEach((weight, index) => {
      const stoodFirst = zeros > 0 ? (weight === 0 ? 1 / zeros : 0) : 1 / weights.length;
      const share = firsts.filter((name) => name === `${index}`).length / draws;
      expect(Math.abs(share - (weight + stoodFirst) / (sum + 1))).toBeLessThan(0.012);
    });
  });

  it('orders the rest by the same selection', () => {
    const draws = 30_000;
    const random = seeded(8);
    const given = [value('light', 1), value('heavy', 1_000), value('middle', 100)];

    const orders = Array.from({ length: draws }, () => orderSrv(given, random).map(({ name }) => name));

    const middleSecond = orders.filter(([first, second]) => first === 'heavy' && second === 'middle').length;
    const heavyFirst = orders.filter(([first]) => first === 'heavy').length;
    // (100 + ½) / (101 + 1): of light and middle, middle is drawn, or 0 while it stands first.
    expect(Math.abs(middleSecond / heavyFirst - 100.5 / 102)).toBeLessThan(0.012);
  });
});

describe('lookup', () => {
  it('asks the given server and joins values with addresses', async () => {
    const zone = fixedZone(
      'shop.internal',
      simpleSet('_calc._tcp.shop.internal.', 'SRV', 5, '2 1 8082 b.shop.internal.', '1 1 8081 a.shop.internal.'),
      simpleSet('a.shop.internal.', 'A', 5, '10.0.0.1'),
      simpleSet('b.shop.internal.', 'AAAA', 5, '2001:db8::1'),
    );
    const server = await startDnsServer({ port: 0, zones: () => [zone] });
    onTestFinished(() => server.close());

    const found = await lookup('_calc._tcp.shop.internal', { server: `127.0.0.1:${server.port}` });
    const missing = await lookup('_none._tcp.shop.internal', { server: `127.0.0.1:${server.port}` });
    const refused = await lookup('www.example.com', { server: `127.0.0.1:${server.port}` }).catch(
      (error) => error.code,
    );

    expect(found).toEqual([
      { target: 'a.shop.internal', address: '10.0.0.1', port: 8081, priority: 1, weight: 1 },
      { target: 'b.shop.internal', address: '2001:db8::1', port: 8082, priority: 2, weight: 1 },
    ]);
    expect(missing).toEqual([]);
    expect(refused).toBe('EREFUSED');
  });

  it.each(['', '.'])('takes the target "%s" as: not offered here', async (target) => {
    const { resolver } = resolverOf({ x: [value(target, 0, 0)] });

    expect(await lookup('x', { resolver })).toEqual([]);
  });

  it('gives every address of a target, and passes over a target that has none', async () => {
    const { resolver } = resolverOf({ x: [value('bare'), value('two', 1, 2)] }, { two: ['10.0.0.1', '10.0.0.2'] });

    const found = await lookup('x', { resolver });

    expect(found.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('resolves a target only when the caller gets there', async () => {
    const { resolver, asked } = resolverOf({ x: [value('a', 1, 1), value('b', 1, 2)] }, { a: ['10.0.0.1'] });

    for await (const { target } of endpoints('x', { resolver })) if (target === 'a') break;

    expect(asked).toEqual(['x', 'a']);
  });
});

describe('tryEach', () => {
  const { resolver } = resolverOf(
    { x: [value('a', 1, 1), value('b', 1, 2), value('c', 1, 3)], empty: [] },
    { a: ['10.0.0.1'], b: ['10.0.0.2'], c: ['10.0.0.3'] },
  );

  it('goes on to the next when one fails, and stops at the first that does not', async () => {
    const called: string[] = [];

    const tried = await tryEach(
      'x',
      async ({ target }) => {
        called.push(target);
        if (target === 'a') throw new Error('refused');
        return `from ${target}`;
      },
      { resolver },
    );

    expect(tried).toMatchObject({ value: 'from b', endpoint: { target: 'b', address: '10.0.0.2' }, tries: 2 });
    expect(called).toEqual(['a', 'b']);
  });

  it('says why every instance failed', async () => {
    const attempt = tryEach('x', async ({ target }) => Promise.reject(new Error(target)), { resolver });

    const error = await attempt.catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(EveryInstanceFailedError);
    expect((error as EveryInstanceFailedError).errors.map(({ message }) => message)).toEqual(['a', 'b', 'c']);
  });

  it.each(['empty', 'unknown'])('NoInstanceError for %s', async (name) => {
    await expect(tryEach(name, async () => 'never', { resolver })).rejects.toThrow(NoInstanceError);
  });

  it('passes on that the answer is not known', async () => {
    const failing = {
      ...resolver,
      resolveSrv: () => Promise.reject(Object.assign(new Error('late'), { code: 'ETIMEOUT' })),
    };

    await expect(tryEach('x', async () => 'never', { resolver: failing })).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });
});
