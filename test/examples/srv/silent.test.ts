import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Endpoint, lookup, type SrvResolver, type SrvValue, tryEach } from '../../../examples/srv/lookup.ts';
import { simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { portOf, startFallibleDns } from '../../support/silent-dns.ts';

const ZONE = 'shop.internal';
const NAME = `_calc._tcp.${ZONE}`;

async function startInstance(): Promise<Server> {
  const server = createServer((_, response) => response.end(String(portOf(server))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => stop(server));
  return server;
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

/** A zone in which the name has one value for each port, of the priority that stands before it. */
async function startZone(...published: readonly (readonly [priority: number, port: number])[]) {
  let values = published;
  const recordSets = () => [
    ...values.map(([, port]) => simpleSet(`i${port}.${ZONE}.`, 'A', 5, '127.0.0.1')),
    ...(values.length === 0
      ? []
      : [
          simpleSet(
            `${NAME}.`,
            'SRV',
            5,
            ...values.map(([priority, port]) => `${priority} 1 ${port} i${port}.${ZONE}.`),
          ),
        ]),
  ];
  const dns = await startFallibleDns(() => [{ name: ZONE, recordSets }]);
  onTestFinished(() => dns.close());
  return {
    dns,
    publish: (...next: readonly (readonly [number, number])[]) => {
      values = next;
    },
  };
}

/** The port of the instance that has answered, asked on a connection of its own. */
function request({ address, port }: Endpoint): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = get({ host: address, port, agent: false, timeout: 5_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    call.on('error', reject).on('timeout', () => call.destroy(new Error('no answer')));
  });
}

describe('while DNS is silent', () => {
  it('no request fails, also when an instance goes; afterwards changes are seen', { timeout: 120_000 }, async () => {
    const [first, second, third, later] = await Promise.all([1, 2, 3, 4].map(startInstance));
    if (!first || !second || !third || !later) throw new Error('four were started');
    const { dns, publish } = await startZone([1, portOf(first)], [1, portOf(second)], [2, portOf(third)]);
    const answered: string[] = [];
    const failed: unknown[] = [];
    let going = true;
    const client = async () => {
      while (going) {
        await tryEach(NAME, request, { server: dns.server }).then(
          ({ value }) => answered.push(value),
          (fault) => failed.push(fault),
        );
        await pause(10);
      }
    };
    const until = async (holds: () => boolean) => {
      while (!holds() && failed.length === 0) await pause(20);
    };

    const clients = Array.from({ length: 8 }, client);
    await until(() => answered.length >= 60);
    await dns.silence();
    const before = answered.length;
    await until(() => answered.length >= before + 200 && dns.unanswered() >= 4);
    stop(first);
    await until(() => answered.length >= before + 400);
    stop(second); // what is left has a priority that was never reached before
    await until(() => answered.length >= before + 525 && dns.unanswered() >= 7);
    publish([1, portOf(later)]);
    await dns.answer();
    await until(() => answered.at(-1) === String(portOf(later)));
    going = false;
    await Promise.all(clients);

    expect(failed).toEqual([]);
    expect(answered.length).toBeGreaterThan(before + 525);
    expect(answered).toContain(String(portOf(third)));
    expect(answered.at(-1)).toBe(String(portOf(later)));
  });

  it('is asked by one query at a time, however many requests there are', async () => {
    const instance = await startInstance();
    const { dns } = await startZone([1, portOf(instance)]);
    const ask = () => tryEach(NAME, request, { server: dns.server });
    await ask();
    await dns.silence();
    await ask(); // waits, and is the first to find out
    const before = dns.unanswered();

    for (let count = 0; count < 100; count++) await ask();

    // Each query is sent at most three times, and the late one of before may still be sending.
    expect(dns.unanswered() - before).toBeLessThanOrEqual(6);
  });

  it('a name that was never answered is not known, and one that was answered by "none" neither', async () => {
    const instance = await startInstance();
    const { dns, publish } = await startZone([1, portOf(instance)]);
    const options = { server: dns.server };
    const whole = await lookup(NAME, options);
    publish();
    const gone = await lookup(NAME, options);
    await dns.silence();

    const asked = [NAME, `_other._tcp.${ZONE}`].map((name) => lookup(name, options).catch(({ code }) => code));

    expect(whole).toHaveLength(1);
    expect(gone).toEqual([]);
    expect(await Promise.all(asked)).toEqual(['ETIMEOUT', 'ETIMEOUT']);
  });

  it('nothing is kept where `keep` is 0, and what is older than `keep` is not used', async () => {
    const instance = await startInstance();
    const { dns } = await startZone([1, portOf(instance)]);
    await lookup(NAME, { server: dns.server });
    await dns.silence();

    const asked = [0, Number.MIN_VALUE, 60_000].map((keep) =>
      lookup(NAME, { server: dns.server, keep }).then(
        (found) => found.length,
        ({ code }) => code,
      ),
    );

    expect(await Promise.all(asked)).toEqual(['ETIMEOUT', 'ETIMEOUT', 1]);
  });
});

describe('a resolver that fails', () => {
  const fault = (code: string) => Object.assign(new Error(code), { code });
  /** Answers once, and then with the error. */
  function failingWith(code: string) {
    let fails = false;
    const answer = <T>(value: T) => (fails ? Promise.reject(fault(code)) : Promise.resolve([value]));
    const resolver: SrvResolver = {
      resolveSrv: () => answer({ name: 'a', port: 80, priority: 1, weight: 1 }),
      resolve4: () => answer('10.0.0.1'),
      resolve6: () => answer('2001:db8::1'),
    };
    return {
      resolver,
      fail: () => {
        fails = true;
      },
    };
  }

  it.each(['ETIMEOUT', 'ESERVFAIL', 'EREFUSED', 'ECONNREFUSED'])('by %s is silent', async (code) => {
    const { resolver, fail } = failingWith(code);
    await lookup('x', { resolver });
    fail();

    const found = await lookup('x', { resolver });

    expect(found.map(({ address }) => address)).toEqual(['10.0.0.1']);
  });

  it.each(['ENOTFOUND', 'ENODATA'])('by %s has answered', async (code) => {
    const { resolver, fail } = failingWith(code);
    await lookup('x', { resolver });
    fail();

    expect(await lookup('x', { resolver })).toEqual([]);
  });
});

describe('instances of a last answer that all fail', () => {
  /** Knows one instance, is silent when it is asked again, and speaks from `wake` on. */
  async function waking(now: SrvValue[]) {
    let answer: SrvValue[] | undefined = [{ name: 'old', port: 80, priority: 1, weight: 1 }];
    const speak = <T>(value: T) =>
      answer ? Promise.resolve(value) : Promise.reject(Object.assign(new Error(), { code: 'ETIMEOUT' }));
    const resolver: SrvResolver = {
      resolveSrv: () => speak(answer ?? []),
      resolve4: (target) => speak([target]),
      resolve6: () => speak([]),
    };
    await lookup('x', { resolver });
    answer = undefined;
    const wake = () => {
      answer = now;
    };
    return { resolver, wake };
  }
  const offered = (name: string): SrvValue => ({ name, port: 80, priority: 1, weight: 1 });

  it.each([
    { why: 'its successor is found', now: [offered('new')], tried: ['old', 'new'] },
    { why: 'the same one is not tried twice', now: [offered('OLD'), offered('new')], tried: ['old', 'new'] },
  ])('when DNS speaks again in the meantime, $why', async ({ now, tried }) => {
    const { resolver, wake } = await waking(now);
    const seen: string[] = [];

    const { value } = await tryEach(
      'x',
      async ({ address }) => {
        seen.push(address);
        wake();
        if (address === 'old') throw new Error('gone');
        return address;
      },
      { resolver },
    );

    expect({ value, seen }).toEqual({ value: 'new', seen: tried });
  });

  it('while DNS stays silent, each is tried once', async () => {
    const { resolver } = await waking([]);
    const seen: string[] = [];

    const failing = tryEach(
      'x',
      async ({ address }) => {
        seen.push(address);
        throw new Error('gone');
      },
      { resolver },
    );

    await expect(failing).rejects.toThrow('x: all of 1 instances tried have failed');
    expect(seen).toEqual(['old']);
  });
});

it.each([Number.NaN, -1, '5s' as unknown as number])('keep %s is refused', async (keep) => {
  await expect(lookup('x', { keep })).rejects.toThrow(`keep: got ${keep}, want milliseconds, 0 or more`);
});
