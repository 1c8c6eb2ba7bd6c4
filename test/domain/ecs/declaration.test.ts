import { describe, expect, it } from 'vitest';
import { effectiveVariables, namesIn, readDeclarations } from '../../../functions/domain/ecs/declaration.ts';
import { UNFIT } from '../../support/hostile.ts';

const NAME = { SERVICE_8080_NAME: '_calc._tcp' };
const DEFAULTS = { kind: 'http', timeout: 2_000, attempts: 3 };

const only = (variables: Readonly<Record<string, string>>, defaultPath?: string) => {
  const [declaration, ...more] = readDeclarations(variables, defaultPath);
  expect(more).toEqual([]);
  return declaration;
};

it('reads a bare declaration with every default', () => {
  const declaration = only(NAME);

  expect(declaration).toEqual({
    containerPort: 8080,
    name: '_calc._tcp',
    protocol: 'tcp',
    priority: 1,
    weight: 1,
    ignored: false,
  });
});

describe('each variable', () => {
  it.each([
    { variable: 'NAME', text: ' _Calc._TCP ', read: { name: '_calc._tcp' } },
    { variable: 'NAME', text: 'not a name', read: { name: 'not a name' } },
    { variable: 'NAME', text: '_dns._udp', read: { name: '_dns._udp', protocol: 'udp' } },
    { variable: 'NAME', text: '_DNS._UDP.east', read: { protocol: 'udp' } },
    { variable: 'NAME', text: 'my_udp', read: { protocol: 'tcp' } },
    { variable: 'PRIORITY', text: '0', read: { priority: 0 } },
    { variable: 'PRIORITY', text: '65535', read: { priority: 65_535 } },
    { variable: 'PRIORITY', text: '', read: { priority: 1 } },
    { variable: 'WEIGHT', text: ' 7 ', read: { weight: 7 } },
    { variable: 'WEIGHT', text: '0', read: { weight: 0 } },
    { variable: 'TTL', text: '0', read: { ttl: 0 } },
    { variable: 'TTL', text: '86400', read: { ttl: 86_400 } },
    { variable: 'TTL', text: '', read: { weight: 1 } },
    { variable: 'IGNORE', text: 'yes', read: { ignored: true } },
    { variable: 'IGNORE', text: 'true', read: { ignored: true } },
    { variable: 'IGNORE', text: '1', read: { ignored: true } },
    { variable: 'IGNORE', text: 'no', read: { ignored: true } },
    { variable: 'IGNORE', text: '00', read: { ignored: true } },
    { variable: 'IGNORE', text: 'false', read: { ignored: false } },
    { variable: 'IGNORE', text: ' False ', read: { ignored: false } },
    { variable: 'IGNORE', text: 'FALSE', read: { ignored: false } },
    { variable: 'IGNORE', text: '0', read: { ignored: false } },
    { variable: 'IGNORE', text: '', read: { ignored: false } },
    { variable: 'CHECK_HTTP', text: '/health', read: { check: { ...DEFAULTS, path: '/health' } } },
    { variable: 'CHECK_HTTP', text: '/?a=b&c=%20', read: { check: { ...DEFAULTS, path: '/?a=b&c=%20' } } },
    { variable: 'CHECK_HTTPS', text: '/health', read: { check: { ...DEFAULTS, kind: 'https', path: '/health' } } },
    { variable: 'CHECK_TCP', text: 'true', read: { check: { ...DEFAULTS, kind: 'tcp' } } },
    { variable: 'CHECK_TCP', text: 'TRUE', read: { check: { ...DEFAULTS, kind: 'tcp' } } },
    { variable: 'CHECK_GRPC', text: 'True', read: { check: { ...DEFAULTS, kind: 'grpc' } } },
    { variable: 'CHECK_GRPC', text: 'shop.Cart', read: { check: { ...DEFAULTS, kind: 'grpc', service: 'shop.Cart' } } },
    { variable: 'CHECK_GRPC', text: 'x'.repeat(200), read: { check: { service: 'x'.repeat(200) } } },
  ])('SERVICE_8080_$variable "$text"', ({ variable, text, read }) => {
    const declaration = only({ ...NAME, [`SERVICE_8080_${variable}`]: text });

    expect(declaration).toMatchObject(read);
    expect(declaration).not.toHaveProperty('reason');
  });

  it.each([
    { text: '1s', timeout: 1_000 },
    { text: '500ms', timeout: 500 },
    { text: '1.5s', timeout: 1_500 },
    { text: '0.001s', timeout: 1 },
    { text: '10s', timeout: 10_000 },
    { text: '10000ms', timeout: 10_000 },
    { text: '', timeout: 2_000 },
  ])('SERVICE_8080_CHECK_TIMEOUT "$text" is $timeout ms', ({ text, timeout }) => {
    const declaration = only({ ...NAME, SERVICE_8080_CHECK_HTTP: '/', SERVICE_8080_CHECK_TIMEOUT: text });

    expect(declaration).toMatchObject({ check: { timeout, attempts: 3 } });
  });

  it.each([
    { text: '1', attempts: 1 },
    { text: '10', attempts: 10 },
    { text: '', attempts: 3 },
  ])('SERVICE_8080_CHECK_ATTEMPTS "$text" is $attempts', ({ text, attempts }) => {
    const declaration = only({ ...NAME, SERVICE_8080_CHECK_HTTP: '/', SERVICE_8080_CHECK_ATTEMPTS: text });

    expect(declaration).toMatchObject({ check: { timeout: 2_000, attempts } });
  });

  it.each([
    { text: 'app.example.com', host: 'app.example.com' },
    { text: ' App.Example.com:8443 ', host: 'App.Example.com:8443' },
    { text: '_web.internal_net', host: '_web.internal_net' },
    { text: 'localhost', host: 'localhost' },
    { text: '10.0.0.1:80', host: '10.0.0.1:80' },
    { text: '[fd00::1]:80', host: '[fd00::1]:80' },
    { text: '', host: undefined },
  ])('SERVICE_8080_CHECK_HOST "$text" asks for $host', ({ text, host }) => {
    const declaration = only({ ...NAME, SERVICE_8080_CHECK_HOST: text }, '/default');

    expect(declaration).toHaveProperty('check', { ...DEFAULTS, path: '/default', ...(host && { host }) });
  });

  it.each([
    { text: '200-399', statuses: [[200, 399]] },
    { text: '204', statuses: [[204, 204]] },
    {
      text: ' 200, 204 ,300 - 399 ',
      statuses: [
        [200, 200],
        [204, 204],
        [300, 399],
      ],
    },
    { text: '', statuses: undefined },
  ])('SERVICE_8080_CHECK_STATUS "$text" takes $statuses', ({ text, statuses }) => {
    const declaration = only({ ...NAME, SERVICE_8080_CHECK_HTTPS: '/', SERVICE_8080_CHECK_STATUS: text });

    expect(declaration).toHaveProperty('check', {
      ...DEFAULTS,
      kind: 'https',
      path: '/',
      ...(statuses && { statuses }),
    });
  });

  it.each([
    { text: '90s', grace: 90_000 },
    { text: '500ms', grace: 500 },
    { text: '30m', grace: 1_800_000 },
    { text: '1.5m', grace: 90_000 },
    { text: '1800s', grace: 1_800_000 },
    { text: '', grace: undefined },
  ])('SERVICE_8080_CHECK_GRACE "$text" is $grace ms, with a check or without', ({ text, grace }) => {
    const declaration = only({ ...NAME, SERVICE_8080_CHECK_GRACE: text });

    expect(declaration && 'grace' in declaration ? declaration.grace : undefined).toBe(grace);
  });
});

describe('several names for one port', () => {
  it.each([
    { text: '_calc._tcp, calc', names: ['_calc._tcp', 'calc'] },
    { text: '_Calc._TCP,CALC', names: ['_calc._tcp', 'calc'] },
    { text: 'calc', names: ['calc'] },
    { text: ' calc ,', names: ['calc'] },
    { text: ',,calc,, ,sum,', names: ['calc', 'sum'] },
    { text: 'calc,calc', names: ['calc', 'calc'] },
    { text: 'calc;sum', names: ['calc;sum'] },
    { text: ' , ,', names: [', ,'] },
  ])('"$text" lists $names', ({ text, names }) => {
    expect(namesIn(text)).toEqual(names);
  });

  it('are a declaration each, with what stands beside them', () => {
    const variables = { SERVICE_53_NAME: '_dns._udp, dns, a b', SERVICE_53_WEIGHT: '7', SERVICE_53_CHECK_TCP: 'true' };

    const declarations = readDeclarations(variables, undefined);

    const check = { ...DEFAULTS, kind: 'tcp' };
    expect(declarations).toEqual([
      { containerPort: 53, name: '_dns._udp', protocol: 'udp', priority: 1, weight: 7, ignored: false },
      { containerPort: 53, name: 'dns', protocol: 'tcp', priority: 1, weight: 7, check, ignored: false },
      { containerPort: 53, name: 'a b', protocol: 'tcp', priority: 1, weight: 7, check, ignored: false },
    ]);
  });

  it('are a fault each where something beside them cannot be used', () => {
    const declarations = readDeclarations({ SERVICE_80_NAME: 'a,b', SERVICE_80_WEIGHT: 'x' }, undefined);

    expect(declarations).toMatchObject([
      { name: 'a', reason: 'invalid-value' },
      { name: 'b', reason: 'invalid-value' },
    ]);
  });

  it('a check that cannot be used leaves out those that it would be used for', () => {
    const declarations = readDeclarations({ SERVICE_53_NAME: '_dns._udp,dns', SERVICE_53_CHECK_TCP: 'x' }, undefined);

    expect(declarations).toMatchObject([
      { name: '_dns._udp', protocol: 'udp' },
      { name: 'dns', reason: 'invalid-value' },
    ]);
  });
});

describe('address names', () => {
  it('are declared beside other names, with what stands beside them', () => {
    const variables = {
      SERVICE_80_NAME: '_calc._tcp',
      SERVICE_80_ADDRESS_NAME: 'Calc, sum',
      SERVICE_80_CHECK_TCP: 'true',
    };

    const declarations = readDeclarations(variables, undefined);

    expect(declarations).toMatchObject([
      { name: '_calc._tcp', check: { kind: 'tcp' } },
      { name: 'calc', byAddress: true, check: { kind: 'tcp' } },
      { name: 'sum', byAddress: true, check: { kind: 'tcp' } },
    ]);
    expect(declarations[0]).not.toHaveProperty('byAddress');
  });

  it('are enough to declare a port, an empty one is not', () => {
    expect(readDeclarations({ SERVICE_80_ADDRESS_NAME: 'calc' }, undefined)).toMatchObject([{ name: 'calc' }]);
    expect(readDeclarations({ SERVICE_80_ADDRESS_NAME: ' ' }, undefined)).toEqual([]);
    expect(readDeclarations({ SERVICE_80_NAME: '', SERVICE_80_ADDRESS_NAME: 'calc' }, undefined)).toHaveLength(1);
  });

  it('of a port that is none say so', () => {
    expect(readDeclarations({ SERVICE_http_ADDRESS_NAME: 'calc' }, undefined)).toMatchObject([
      { name: 'calc', byAddress: true, detail: 'SERVICE_http_ADDRESS_NAME: got port "http", want 1–65535' },
    ]);
  });
});

describe('which check counts', () => {
  const http = { kind: 'http', path: '/http' };
  const https = { kind: 'https', path: '/https' };
  const standard = { kind: 'http', path: '/default' };

  it.each([
    { row: 'nothing said, no default', said: {}, check: undefined },
    { row: 'nothing said', said: {}, path: '/default', check: standard },
    { row: 'HTTP', said: { HTTP: '/http' }, path: '/default', check: http },
    { row: 'an empty HTTP path: none', said: { HTTP: '' }, path: '/default', check: undefined },
    { row: 'a blank HTTP path: none', said: { HTTP: ' ' }, path: '/default', check: undefined },
    { row: 'HTTPS over HTTP', said: { HTTP: '/http', HTTPS: '/https' }, path: '/default', check: https },
    { row: 'HTTPS over an empty HTTP path', said: { HTTP: '', HTTPS: '/https' }, check: https },
    { row: 'an empty HTTPS path: HTTP', said: { HTTP: '/http', HTTPS: '' }, check: http },
    { row: 'TCP over all', said: { TCP: 'true', HTTP: '/http', HTTPS: '/https' }, check: { kind: 'tcp' } },
    { row: 'no TCP: HTTPS', said: { TCP: 'false', HTTPS: '/https' }, check: https },
    { row: 'no TCP: the default', said: { TCP: 'false' }, path: '/default', check: standard },
    { row: 'gRPC over HTTPS', said: { GRPC: 'true', HTTP: '/http', HTTPS: '/https' }, check: { kind: 'grpc' } },
    { row: 'TCP over gRPC', said: { TCP: 'true', GRPC: 'shop.Cart' }, check: { kind: 'tcp' } },
    { row: 'no gRPC: HTTPS', said: { GRPC: 'False', HTTPS: '/https' }, check: https },
    {
      row: 'gRPC asks for a host too, and knows no status',
      said: { GRPC: 'a', HOST: 'b', STATUS: '200' },
      check: { kind: 'grpc', service: 'a', host: 'b' },
    },
    { row: 'TCP asks for nothing', said: { TCP: 'true', HOST: 'b', STATUS: '200' }, check: { kind: 'tcp' } },
    { row: 'a host alone makes no check', said: { HOST: 'b', STATUS: '200' }, check: undefined },
    { row: 'TCP over an empty HTTP path', said: { TCP: 'true', HTTP: '' }, check: { kind: 'tcp' } },
  ])('$row', ({ said, path, check }) => {
    const variables = Object.entries(said).map(([kind, text]) => [`SERVICE_8080_CHECK_${kind}`, text]);

    const declaration = only({ ...NAME, ...Object.fromEntries(variables) }, path);

    expect(declaration).toEqual(
      expect.objectContaining(check ? { check: { ...check, timeout: 2_000, attempts: 3 } } : { name: '_calc._tcp' }),
    );
    if (!check) expect(declaration).not.toHaveProperty('check');
  });

  it('never probes a UDP port', () => {
    const declaration = only({ SERVICE_53_NAME: '_dns._udp', SERVICE_53_CHECK_HTTP: '/health' }, '/default');

    expect(declaration).toMatchObject({ protocol: 'udp' });
    expect(declaration).not.toHaveProperty('check');
  });
});

describe('malformed values', () => {
  it.each([
    { variable: 'PRIORITY', text: '65536', want: 'whole number 0–65535' },
    { variable: 'PRIORITY', text: '-1', want: 'whole number 0–65535' },
    { variable: 'PRIORITY', text: '1.5', want: 'whole number 0–65535' },
    { variable: 'PRIORITY', text: '9999999999999999999999', want: 'whole number 0–65535' },
    { variable: 'WEIGHT', text: 'heavy', want: 'whole number 0–65535' },
    { variable: 'WEIGHT', text: '0x10', want: 'whole number 0–65535' },
    { variable: 'TTL', text: '86401', want: 'whole number 0–86400' },
    { variable: 'TTL', text: '5s', want: 'whole number 0–86400' },
    { variable: 'TTL', text: '-1', want: 'whole number 0–86400' },
    { variable: 'CHECK_HTTP', text: 'health', want: 'begins with "/"' },
    { variable: 'CHECK_HTTP', text: 'http://example.com/health', want: 'begins with "/"' },
    { variable: 'CHECK_HTTP', text: '/a b', want: 'without spaces' },
    { variable: 'CHECK_HTTP', text: '/a\r\nHost: x', want: 'without spaces' },
    { variable: 'CHECK_HTTP', text: `/${'a'.repeat(1_024)}`, want: 'begins with "/"' },
    { variable: 'CHECK_HTTPS', text: 'health', want: 'begins with "/"' },
    { variable: 'CHECK_TCP', text: 'yes', want: 'true or false' },
    { variable: 'CHECK_TCP', text: '8080', want: 'true or false' },
    { variable: 'CHECK_TIMEOUT', text: '2', want: 'like "2s" or "500ms"' },
    { variable: 'CHECK_TIMEOUT', text: '0s', want: 'more than 0' },
    { variable: 'CHECK_TIMEOUT', text: '11s', want: 'at most 10s' },
    { variable: 'CHECK_TIMEOUT', text: '10001ms', want: 'at most 10s' },
    { variable: 'CHECK_TIMEOUT', text: '-2s', want: 'more than 0' },
    { variable: 'CHECK_TIMEOUT', text: '2m', want: 'like "2s"' },
    { variable: 'CHECK_GRPC', text: 'a b', want: 'true, false, or a service of at most 200 characters' },
    { variable: 'CHECK_GRPC', text: 'ünïcode', want: 'a service of at most 200 characters' },
    { variable: 'CHECK_GRPC', text: 'x'.repeat(201), want: 'a service of at most 200 characters' },
    { variable: 'CHECK_HOST', text: 'http://app.example.com', want: 'a host name, with a port or without' },
    { variable: 'CHECK_HOST', text: 'a/b', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'a\r\nX: y', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'a..b', want: 'a host name' },
    { variable: 'CHECK_HOST', text: '-a', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'a:0', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'a:65536', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'fd00::1', want: 'a host name' },
    { variable: 'CHECK_HOST', text: '[:::::]', want: 'a host name' },
    { variable: 'CHECK_HOST', text: '[....]:80', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'user@a', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'ü.example', want: 'a host name' },
    { variable: 'CHECK_HOST', text: 'a.'.repeat(127), want: 'a host name' },
    { variable: 'CHECK_STATUS', text: '2xx', want: 'statuses 200–599, at most 10, like "200-399"' },
    { variable: 'CHECK_STATUS', text: '100', want: 'statuses 200–599' },
    { variable: 'CHECK_STATUS', text: '200-600', want: 'statuses 200–599' },
    { variable: 'CHECK_STATUS', text: '399-200', want: 'statuses 200–599' },
    { variable: 'CHECK_STATUS', text: '200,', want: 'statuses 200–599' },
    { variable: 'CHECK_STATUS', text: '200,'.repeat(11).slice(0, -1), want: 'at most 10' },
    { variable: 'CHECK_GRACE', text: '31m', want: 'at most 30m, like "90s" or "5m"' },
    { variable: 'CHECK_GRACE', text: '0s', want: 'more than 0' },
    { variable: 'CHECK_GRACE', text: '1h', want: 'like "90s" or "5m"' },
    { variable: 'CHECK_GRACE', text: '60', want: 'like "90s" or "5m"' },
    { variable: 'CHECK_ATTEMPTS', text: '0', want: 'whole number 1–10' },
    { variable: 'CHECK_ATTEMPTS', text: '11', want: 'whole number 1–10' },
  ])('SERVICE_8080_$variable "$text" → invalid-value', ({ variable, text, want }) => {
    const fault = only({ ...NAME, [`SERVICE_8080_${variable}`]: text });

    expect(fault).toMatchObject({ reason: 'invalid-value', name: '_calc._tcp' });
    expect(fault).toHaveProperty('detail', expect.stringContaining(`SERVICE_8080_${variable}: got `));
    expect(fault).toHaveProperty('detail', expect.stringContaining(JSON.stringify(text.slice(0, 80)).slice(0, -1)));
    expect(fault).toHaveProperty('detail', expect.stringContaining(want));
  });

  it.each([
    ...['0', '65536', '99999', '100000', '-1', '8.0', '1e3', '8080x', ' 80', '80 ', '+80', '80/tcp', '[80]', '８０'],
    ...['80-90', '8000-8010', '8000:8010', '8000_8010', '80,81', 'http', 'HTTPS', 'http2', 'tcp', 'udp', 'grpc', 'h2c'],
    ...['tcp-80', 'https8443', '${PORT}', '<port>', '{{port}}', '%PORT%'],
  ])('SERVICE_%s_NAME → invalid-port', (port) => {
    const fault = only({ [`SERVICE_${port}_NAME`]: 'calc' });

    expect(fault).toEqual({
      name: 'calc',
      reason: 'invalid-port',
      detail: `SERVICE_${port}_NAME: got port "${port}", want 1–65535`,
    });
  });

  it.each([
    ...['', 'ACCOUNT', 'DISCOVERY', 'MESH', 'Bus', 'PORT', 'WEB', 'V2', 'S3', 'K8S', 'H2', 'my-app', 'a.b', 'ÄÖ', ' '],
    ...['TYPE_HTTP', 'DB_80', '80_CHECK', 'ACCOUNT_ADDRESS', '_', '__proto__', 'constructor'],
  ])('SERVICE_%s_NAME is a variable of the application', (word) => {
    const declarations = readDeclarations({ [`SERVICE_${word}_NAME`]: 'calc' }, '/');

    expect(declarations).toEqual([]);
  });

  it.each([
    { row: 'empty', text: '' },
    { row: 'only blanks', text: ' \t\u00a0\n' },
  ])('a name that is $row declares nothing, whatever else is said of the port', ({ text }) => {
    const variables = { SERVICE_80_NAME: text, SERVICE_80_WEIGHT: 'x', SERVICE_http_NAME: text };

    expect(readDeclarations(variables, '/')).toEqual([]);
  });

  it('an override takes a declaration back with an empty name', () => {
    const variables = effectiveVariables({}, { SERVICE_80_NAME: 'calc' }, { SERVICE_80_NAME: '' });

    expect(readDeclarations(variables, '/')).toEqual([]);
  });

  it('has only ASCII letters in lower case: another letter is never taken for one', () => {
    expect(only({ SERVICE_80_NAME: '\u212aALC' })).toMatchObject({ name: '\u212aalc' });
  });

  it.each([
    { row: 'port', variables: { [`SERVICE_0${'\u001b[2J'.repeat(2_000)}_NAME`]: 'calc' } },
    { row: 'name', variables: { SERVICE_80_NAME: '\u009b31m'.repeat(2_000), SERVICE_80_WEIGHT: 'x' } },
    { row: 'value', variables: { SERVICE_80_NAME: 'calc', SERVICE_80_WEIGHT: '\u202e'.repeat(2_000) } },
  ])('is printable and bounded in what it says of a $row', ({ variables }) => {
    const fault = only(variables as Readonly<Record<string, string>>);

    const said = JSON.parse(JSON.stringify(fault));
    expect(said.detail.length).toBeLessThanOrEqual(200);
    expect(said.name.length).toBeLessThanOrEqual(1_024);
    expect(`${said.name}${said.detail}`).not.toMatch(UNFIT);
  });

  it.each([
    { row: 'blanks', key: `SERVICE_${' '.repeat(100_000)}x_NAME`, count: 0 },
    { row: 'a protocol and blanks', key: `SERVICE_http${' '.repeat(100_000)}x_NAME`, count: 0 },
    { row: 'digits', key: `SERVICE_${'8'.repeat(100_000)}x_NAME`, count: 1 },
    { row: 'underscores', key: `SERVICE_${'_'.repeat(100_000)}_NAME`, count: 0 },
  ])('a key of 100,000 characters takes no time that grows with their square: $row', ({ key, count }) => {
    expect(readDeclarations({ [key]: 'calc' }, '/')).toHaveLength(count);
  });

  it.each(['1', '65535'])('SERVICE_%s_NAME is the edge of what is valid', (port) => {
    const declaration = only({ [`SERVICE_${port}_NAME`]: 'calc' });

    expect(declaration).toMatchObject({ containerPort: Number(port) });
  });

  it('do not affect the other ports of the container', () => {
    const variables = { ...NAME, SERVICE_9090_NAME: 'metrics', SERVICE_9090_WEIGHT: 'x', SERVICE_0_NAME: 'zero' };

    const declarations = readDeclarations(variables, undefined);

    expect(declarations).toMatchObject([
      { reason: 'invalid-port', name: 'zero' },
      { containerPort: 8080, name: '_calc._tcp' },
      { reason: 'invalid-value', name: 'metrics' },
    ]);
  });
});

it('declares nothing without a name', () => {
  const variables = { SERVICE_8080_CHECK_HTTP: '/', SERVICE_NAME: 'calc', XSERVICE_1_NAME: 'a', SERVICE_1_NAME_X: 'b' };

  const declarations = readDeclarations(variables, '/');

  expect(declarations).toEqual([]);
});

it('overlays labels by the environment, and both by the overrides of the task', () => {
  const labels = { A: 'label', B: 'label', C: 'label', D: 'label' };
  const environment = { B: 'environment', C: 'environment', E: 'environment' };

  const variables = effectiveVariables(labels, environment, { C: 'override', F: 'override' });

  expect(variables).toEqual({
    A: 'label',
    B: 'environment',
    C: 'override',
    D: 'label',
    E: 'environment',
    F: 'override',
  });
});
