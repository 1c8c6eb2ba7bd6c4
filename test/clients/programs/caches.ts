import { askTcp, askUdp } from '../../stand-ins/dns/client.ts';
import type { Client, Running } from '../client.ts';
import { freePort, type Process, placeRecipe, startProcess, versionOf } from '../process.ts';
import { addressOf, type ClientDns, NAME } from '../stage.ts';

const SRV = { name: NAME, type: 'SRV', edns: 1_232 } as const;

interface Cache {
  readonly name: string;
  readonly file: string;
  readonly version: readonly [string, ...string[]];
  /** What stands in the recipe, and stands for what. */
  readonly places: (here: { server: string; port: number; folder: string }) => Readonly<Record<string, string>>;
  readonly run: (config: string) => readonly [string, ...string[]];
}

const cache = ({ name, file, version, places, run }: Cache): Client => ({
  name,
  kind: 'cache',
  interval: 0,
  recipe: [file],
  version: () => versionOf(...version),
  start: async (stage, folder) => {
    const dns = await stage.dns();
    const port = await freePort();
    const config = await placeRecipe(file, folder, places({ server: dns.server, port, folder }));
    return throughCache(startProcess(...splitOf(run(config))), dns, port);
  },
});

const splitOf = ([command, ...args]: readonly [string, ...string[]]): [string, string[]] => [command, args];

const throughCache = (running: Process, dns: ClientDns, port: number): Running => ({
  ...running,
  dns,
  sees: () => asked(port).catch(() => []),
  saysNone: () =>
    askUdp(port, SRV).then(
      ({ rcode, answers }) => rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && answers.length === 0),
      () => false,
    ),
});

/** What a client would get that takes 1,232 octets and asks again over TCP; its addresses must be there as well. */
async function asked(port: number): Promise<readonly string[]> {
  const short = await askUdp(port, SRV);
  const { answers } = 'flag_tc' in short && short.flag_tc ? await askTcp(port, SRV) : short;
  const values = answers.flatMap((answer) => (answer.type === 'SRV' ? [answer.data] : []));
  const [first] = values;
  if (first) {
    const { answers: addresses } = await askUdp(port, { name: first.target, type: 'A' });
    if (!addresses.some(({ type }) => type === 'A')) return [];
  }
  return values.map(({ target, port: at }) => `${addressOf(target)}:${at}`);
}

export const dnsmasq = cache({
  name: 'dnsmasq',
  file: 'dnsmasq/dnsmasq.conf',
  version: ['dnsmasq', '--version'],
  places: ({ server, port }) => ({ '127.0.0.1#5300': server.replace(':', '#'), 'port=5353': `port=${port}` }),
  run: (config) => ['dnsmasq', '--keep-in-foreground', '--pid-file=', '--log-facility=-', `--conf-file=${config}`],
});

export const unbound = cache({
  name: 'unbound',
  file: 'unbound/unbound.conf',
  version: ['unbound', '-V'],
  places: ({ server, port, folder }) => ({
    '127.0.0.1@5300': server.replace(':', '@'),
    'port: 5353': `port: ${port}`,
    '/run/recipe': folder,
  }),
  run: (config) => ['unbound', '-d', '-c', config],
});

export const coredns = cache({
  name: 'CoreDNS',
  file: 'coredns/Corefile',
  version: ['coredns', '-version'],
  places: ({ server, port }) => ({ '127.0.0.1:5300': server, ':5353': `:${port}` }),
  run: (config) => ['coredns', '-conf', config],
});
