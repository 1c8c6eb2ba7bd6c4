import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from '../../../examples/local/options.ts';

describe('the options of npm start', () => {
  it('have usual ports and the deployed schedule', () => {
    expect(readOptions([], {})).toEqual({
      portalPort: 8080,
      dnsPort: 5300,
      awsPort: 4600,
      faultPort: 4700,
      consolePort: 8090,
      once: false,
      log: false,
    });
  });

  it.each([
    { PORTAL_PORT: '0', gives: { portalPort: 0 } },
    { DNS_PORT: '53', gives: { dnsPort: 53 } },
    { AWS_PORT: '65535', gives: { awsPort: 65_535 } },
    { AWS_PORT: '', gives: { awsPort: 4600 } },
    { SCHEDULE: '30s', gives: { scheduleMs: 30_000 } },
    { SCHEDULE: '5m', gives: { scheduleMs: 300_000 } },
    { SCHEDULE: '1h', gives: { scheduleMs: 3_600_000 } },
    { LOG: '1', gives: { log: true } },
    { LOG: '0', gives: { log: false } },
  ])('are read from variables: %o', ({ gives, ...environment }) => {
    expect(readOptions([], environment)).toMatchObject(gives);
  });

  it.each([[['--once', '--keep', 'kept']], [['--keep', 'kept', '--once']]])('have a folder to keep in: %o', (args) => {
    expect(readOptions(args, {})).toMatchObject({ once: true, keep: 'kept' });
  });

  it('take free ports for the proof, whatever the variables say', () => {
    expect(readOptions(['--once'], { PORTAL_PORT: '8080', DNS_PORT: 'x' })).toMatchObject({
      once: true,
      portalPort: 0,
      dnsPort: 0,
      awsPort: 0,
      faultPort: 0,
      consolePort: 0,
    });
  });

  it.each([
    { row: 'a word', args: [], environment: { DNS_PORT: 'dns' }, says: 'DNS_PORT is "dns": a port from 0 to 65535' },
    { row: 'too much', args: [], environment: { AWS_PORT: '65536' }, says: 'AWS_PORT is "65536"' },
    { row: 'a sign', args: [], environment: { PORTAL_PORT: '-1' }, says: 'PORTAL_PORT is "-1"' },
    { row: 'no value', args: [], environment: { SETTINGS: 'onDraining' }, says: 'SETTINGS has "onDraining" in it' },
    { row: 'no unit', args: [], environment: { SCHEDULE: '30' }, says: 'SCHEDULE is "30": a time such as 30s' },
    { row: 'no time at all', args: [], environment: { SCHEDULE: '0s' }, says: 'SCHEDULE is "0s"' },
    { row: 'no folder to keep in', args: ['--keep'], environment: {}, says: '--keep has "nothing" behind it' },
    { row: 'an option as folder', args: ['--keep', '--once'], environment: {}, says: '--keep has "--once" behind it' },
    { row: 'another argument', args: ['--twice'], environment: {}, says: '"--twice": only --once is allowed' },
  ])('refuse $row and say what is allowed', ({ args, environment, says }) => {
    expect(() => readOptions(args, environment)).toThrow(UsageError);
    expect(() => readOptions(args, environment)).toThrow(says);
  });
});
