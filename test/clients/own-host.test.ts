import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prober } from '../../functions/adapters/http-probe.ts';
import { readDeclarations } from '../../functions/domain/ecs/declaration.ts';
import { NotHere } from './client.ts';
import { freePort, type Process, startProcess, versionOf } from './process.ts';
import { seenWithin } from './wait.ts';

const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls');
const HOST = 'app.example';

/** A virtual host as many applications are served: asked by any other name, nobody is there. */
const configOf = (port: { readonly [kind in Kind]: number }) => `
worker_processes 1;
pid nginx.pid;
error_log stderr error;
events { worker_connections 64; }
http {
  access_log off;
  ssl_certificate ${TLS}/cert.pem;
  ssl_certificate_key ${TLS}/key.pem;

  server { listen 127.0.0.1:${port.closing} default_server; return 444; }
  server { listen 127.0.0.1:${port['not found']} default_server; return 404; }
  server { listen 127.0.0.1:${port.https} ssl default_server; ssl_reject_handshake on; }
  server {
    listen 127.0.0.1:${port.closing};
    listen 127.0.0.1:${port['not found']};
    listen 127.0.0.1:${port.https} ssl;
    server_name ${HOST};
    location = /health { return 200 fine; }
    location / { return 404; }
  }
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
}
`;

type Kind = 'closing' | 'not found' | 'https';
const port = { closing: 0, 'not found': 0, https: 0 };

/** What is missing here, where something is. */
let missing: string | undefined;
let folder = '';
let nginx: Process | undefined;

beforeAll(async () => {
  try {
    await versionOf('nginx', '-v');
  } catch (fault) {
    if (!(fault instanceof NotHere)) throw fault;
    missing = fault.message;
    return;
  }
  folder = await mkdtemp(join(tmpdir(), 'own-host-'));
  for (const kind of Object.keys(port) as Kind[]) port[kind] = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configOf(port));
  nginx = startProcess('nginx', ['-e', 'stderr', '-p', `${folder}/`, '-c', config, '-g', 'daemon off;']);
  const listens = await seenWithin(
    () => verdictOf({ CHECK_TCP: 'true' }, port.https),
    ({ state }) => state === 'passing',
    10_000,
  );
  if (!listens.ok) throw new Error(`nginx does not listen: ${nginx.said()}`);
});

afterAll(async () => {
  await nginx?.stop();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

/** What the checker says of the port, by the check that a container declares. */
async function verdictOf(declared: Readonly<Record<string, string>>, at: number) {
  const variables = Object.entries({ NAME: 'app', CHECK_TIMEOUT: '2s', CHECK_ATTEMPTS: '1', ...declared });
  const [declaration] = readDeclarations(
    Object.fromEntries(variables.map(([key, value]) => [`SERVICE_80_${key}`, value])),
    undefined,
  );
  if (!declaration || !('check' in declaration) || !declaration.check) throw new Error('the check cannot be read');
  const [verdict] = await prober().probe([{ address: '127.0.0.1', port: at, check: declaration.check }]);
  if (!verdict) throw new Error('nothing was probed');
  return verdict;
}

const OTHERS: readonly { readonly asked: string; readonly by: Readonly<Record<string, string>> }[] = [
  { asked: 'no host at all', by: {} },
  { asked: 'another host', by: { CHECK_HOST: 'other.example' } },
  { asked: 'a host below it', by: { CHECK_HOST: `www.${HOST}` } },
];

describe.each<{ kind: Kind; path: Readonly<Record<string, string>>; refusal: RegExp }>([
  { kind: 'closing', path: { CHECK_HTTP: '/health' }, refusal: /^(socket hang up|connection reset)$/ },
  { kind: 'not found', path: { CHECK_HTTP: '/health' }, refusal: /^got status 404, want 2xx$/ },
  { kind: 'https', path: { CHECK_HTTPS: '/health' }, refusal: /^no TLS \(/ },
])('nginx that serves one host, and is $kind to everybody else', ({ kind, path, refusal }) => {
  it.each([HOST, `${HOST}:8443`, HOST.toUpperCase()])('passes where it is asked for %s', async (host) => {
    expect(await verdictOf({ ...path, CHECK_HOST: host }, port[kind])).toEqual({ state: 'passing' });
  });

  it.each(OTHERS)('fails where it is asked for $asked', async ({ by }) => {
    expect(await verdictOf({ ...path, ...by }, port[kind])).toEqual({
      state: 'failing',
      cause: expect.stringMatching(refusal),
    });
  });
});

it('still fails by its host where what is asked for is not there', async () => {
  const verdict = await verdictOf({ CHECK_HTTP: '/elsewhere', CHECK_HOST: HOST }, port.closing);

  expect(verdict).toEqual({ state: 'failing', cause: 'got status 404, want 2xx' });
});
