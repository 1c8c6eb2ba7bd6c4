import { describe, expect, it } from 'vitest';
import { boundedRemarks, remarksOn, remarksOnAll } from '../../../functions/domain/ecs/remarks.ts';
import { containerDefinition, definition, task } from '../../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';

const NAME = { SERVICE_80_NAME: 'calc' };
const ofApp = (environment: Readonly<Record<string, string>>, secrets: readonly string[] = []) =>
  definition({ containers: [containerDefinition({ environment, secrets })] });

describe('a key that is none of ours', () => {
  it.each([
    { key: 'WEIGTH', near: 'WEIGHT' },
    { key: 'WEIGH', near: 'WEIGHT' },
    { key: 'weight', near: 'WEIGHT' },
    { key: 'WEIGHT ', near: 'WEIGHT' },
    { key: 'PRIORTIY', near: 'PRIORITY' },
    { key: 'IGNORED', near: 'IGNORE' },
    { key: 'CHECK_HTP', near: 'CHECK_HTTP' },
    { key: 'CHECKHTTPS', near: 'CHECK_HTTPS' },
    { key: 'CHECK_TIME_OUT', near: 'CHECK_TIMEOUT' },
    { key: 'CHECK_ATTEMPT', near: 'CHECK_ATTEMPTS' },
    { key: 'CHECK_TPC', near: 'CHECK_TCP' },
    { key: 'NAMES', near: 'NAME' },
    { key: 'TCP_NAME', near: 'NAME' },
  ])('SERVICE_80_$key names SERVICE_80_$near', ({ key, near }) => {
    const remarks = remarksOn(ofApp({ ...NAME, [`SERVICE_80_${key}`]: 'x' }), []);

    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatch(
      new RegExp(`^app:1, container app: nothing reads SERVICE_80_${key}, the nearest is SERVICE_80_${near}(;|$)`),
    );
  });

  it.each(['CHECK_INTERVAL', 'CHECK_SCRIPT', 'CHECK_INITIAL_STATUS', 'CHECK_HTTP_METHOD', 'TAGS', 'ID', 'REGION'])(
    'registrator has SERVICE_80_%s: all that we have are named',
    (key) => {
      const [only] = remarksOn(ofApp({ ...NAME, [`SERVICE_80_${key}`]: 'x' }), []);

      expect(only).toContain(`nothing reads SERVICE_80_${key}, the nearest is SERVICE_80_`);
      expect(only).toContain(
        '; known are NAME, ADDRESS_NAME, CHECK_HTTP, CHECK_HTTPS, CHECK_GRPC, CHECK_TCP, CHECK_HOST, CHECK_STATUS, CHECK_TIMEOUT, CHECK_ATTEMPTS, CHECK_GRACE, PRIORITY, WEIGHT, TTL, PUBLIC, IGNORE',
      );
    },
  );

  it.each([
    { row: 'of a port that declares no name', variables: { SERVICE_80_WEIGTH: '1' } },
    { row: 'of a port whose name is empty', variables: { SERVICE_80_NAME: ' ', SERVICE_80_WEIGTH: '1' } },
    { row: 'of another port', variables: { ...NAME, SERVICE_81_WEIGTH: '1' } },
    { row: 'that is one of ours', variables: { ...NAME, SERVICE_80_WEIGHT: '1', SERVICE_80_CHECK_TCP: 'true' } },
    { row: 'of no port', variables: { ...NAME, SERVICE_TAGS: 'x', SERVICE_NAME: 'y', SERVICE_80: 'z' } },
    { row: 'that is a declaration already refused', variables: { ...NAME, SERVICE_80_90_NAME: 'x' } },
  ])('$row is not remarked on', ({ variables }) => {
    expect(remarksOn(ofApp(variables), [])).toEqual([]);
  });

  it('is read in labels and overrides too', () => {
    const containers = [containerDefinition({ environment: NAME, labels: { SERVICE_80_TAGS: 'blue' } })];

    const remarks = remarksOn(definition({ containers }), [
      { container: 'app', environment: { SERVICE_80_WEGHT: '2' } },
    ]);

    expect(remarks.map((remark) => remark.slice(0, 53))).toEqual([
      'app:1, container app: nothing reads SERVICE_80_TAGS, ',
      'app:1, container app: nothing reads SERVICE_80_WEGHT,',
    ]);
  });
});

describe('a secret', () => {
  it.each(['SERVICE_80_NAME', 'SERVICE_http_NAME'])('that should be a name leaves the port out: %s', (secret) => {
    expect(remarksOn(ofApp({}, [secret]), [])).toEqual([
      `app:1, container app: the value of ${secret} is a secret, which is not read, so the port is not published; put it into the environment or a docker label`,
    ]);
  });

  it('that is another key of a declared port is not read', () => {
    expect(remarksOn(ofApp(NAME, ['SERVICE_80_CHECK_HTTP']), [])).toEqual([
      'app:1, container app: the value of SERVICE_80_CHECK_HTTP is a secret, which is not read; put it into the environment or a docker label',
    ]);
  });

  it('beside a label of the same name does not leave the port out', () => {
    const containers = [containerDefinition({ environment: {}, labels: NAME, secrets: ['SERVICE_80_NAME'] })];

    const [only] = remarksOn(definition({ containers }), []);

    expect(only).toContain('is a secret, which is not read; put');
  });

  it.each(['SERVICE_ACCOUNT_NAME', 'SERVICE__NAME', 'SERVICE_TOKEN', 'SERVICE_81_WEIGHT', 'SERVICE_80_PASSWORD'])(
    'of the application is its own: %s',
    (secret) => {
      expect(remarksOn(ofApp(NAME, [secret]), [])).toEqual([]);
    },
  );
});

describe('however much there is to remark', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`SERVICE_80_X${at}`, '1']));

  it('a task has ten remarks, and one that counts the rest', () => {
    const remarks = remarksOn(ofApp({ ...NAME, ...many }), []);

    expect(remarks).toHaveLength(11);
    expect(remarks.at(-1)).toBe('490 other remarks on the declarations of app:1');
  });

  it('a run has twenty, and one that counts the rest', () => {
    const remarks = boundedRemarks(Array.from({ length: 45 }, (_, at) => `remark ${at}`));

    expect(remarks).toHaveLength(21);
    expect(remarks.at(-1)).toBe('25 other remarks on declarations');
  });

  it('tasks of one definition say it once, those with overrides their own', () => {
    const defined = ofApp({ ...NAME, SERVICE_80_TAGS: 'x' });
    const own = { overrides: [{ container: 'app', environment: { SERVICE_80_ID: 'y' } }] };
    const named = { overrides: [{ container: 'app', environment: {} }] };
    const tasks = [task(), task(named), task(own)].map((one) => ({ task: one, definition: defined }));

    expect(remarksOnAll(tasks)).toHaveLength(2);
  });

  it.each(HOSTILE_TEXTS.map((text) => [text]))('is printable and bounded: %j', (text) => {
    const remarks = remarksOn(ofApp({ ...NAME, [`SERVICE_80_${text}`]: 'x' }, [`SERVICE_80${text}_NAME`]), []);

    for (const remark of remarks) expect(remark).not.toMatch(UNFIT);
    for (const remark of remarks) expect(remark.length).toBeLessThanOrEqual(400);
  });
});
