import { describe, expect, it } from 'vitest';
import { apiSwitches } from '../../../../examples/local/faults/api-switches.ts';
import { command } from '../../../../examples/local/faults/commands.ts';
import { UsageError } from '../../../../examples/local/options.ts';

const switches = () => ({
  api: apiSwitches(),
  tasks: {
    fail: (service: string, count = 2) => {
      if (service !== 'calc') throw new UsageError(`"${service}" has no task that runs: calc has`);
      return { failing: count, of: 2 };
    },
    turn: () => {},
    isFailing: () => false,
    recover: () => {},
  },
});
const call = (service: string, operation: string) => ({ service, operation, input: {} });

describe('a command', () => {
  it.each([
    { words: ['calc', 'unhealthy'], says: 'the checks of 2 of 2 tasks of calc fail' },
    { words: ['calc', 'unhealthy', '1'], says: 'the checks of 1 of 2 tasks of calc fail' },
    { words: ['calc', 'recover'], says: 'every check of calc passes again' },
    { words: ['api', 'ecs', 'throttle'], says: 'ecs is broken: throttle' },
    { words: ['api', 'ecs', 'recover'], says: 'ecs answers again' },
    { words: ['cluster', 'demo', 'cut'], says: 'demo is cut off: calls of ECS about it are denied' },
    { words: ['cluster', 'demo', 'recover'], says: 'demo can be read again' },
    { words: ['recover'], says: 'everything works again' },
  ])('$words says what is so from now on', ({ words, says }) => {
    expect(command(switches(), words)).toBe(says);
  });

  it.each([
    { words: [], says: 'want one of' },
    { words: ['calc'], says: 'npm run fault -- <service> recover' },
    { words: ['calc', 'unhealthy', '0'], says: 'got "0" tasks, want a whole number from 1' },
    { words: ['calc', 'unhealthy', 'all'], says: 'got "all" tasks' },
    { words: ['cal', 'unhealthy'], says: '"cal" has no task that runs: calc has' },
    { words: ['api', 'lambda', '5xx'], says: 'unknown service "lambda": ecs, ec2, route53, s3, sqs can be broken' },
    { words: ['api', 'ecs', 'empty'], says: '"ecs" has no empty answer: only the calls ListClusters, ListTasks' },
    { words: ['api', 'ecs', 'gone'], says: 'fault: throttle, 5xx, denied, empty, reset, slow' },
    { words: ['api', 'ecs', 'slow', 'now'], says: 'got 4 words' },
  ])('$words is refused, and what is allowed is said', ({ words, says }) => {
    expect(() => command(switches(), words)).toThrow(UsageError);
    expect(() => command(switches(), words)).toThrow(says);
  });
});

describe('a broken API', () => {
  it.each([
    { fault: 'throttle', answers: { name: 'ThrottlingException' } },
    { fault: '5xx', answers: { statusCode: 503 } },
    { fault: 'denied', answers: { statusCode: 403, message: 'not authorized to perform: ecs:ListTasks' } },
    { fault: 'empty', answers: { status: 200, body: '{"taskArns":[]}' } },
    { fault: 'slow', answers: { delayMs: 3_000 } },
  ] as const)('answers $fault to that call alone, until it recovers', async ({ fault, answers }) => {
    const api = apiSwitches();

    api.set('ecs:ListTasks', fault);
    const broken = await api.intercept(call('ecs', 'ListTasks'));
    const beside = await api.intercept(call('ecs', 'DescribeTasks'));
    api.recover();
    const after = await api.intercept(call('ecs', 'ListTasks'));

    expect(broken).toMatchObject(answers);
    expect([beside, after]).toEqual([undefined, undefined]);
  });

  it('denies all calls about a cluster that is cut off, and no others', async () => {
    const api = apiSwitches();
    const about = (cluster: string) => ({ service: 'ecs', operation: 'ListTasks', input: { cluster } });

    api.cutOff('demo');
    const cut = await Promise.all(
      ['demo', 'arn:aws:ecs:eu-west-1:1:cluster/demo'].map((one) => api.intercept(about(one))),
    );
    const others = await Promise.all([about('other'), call('ecs', 'ListClusters')].map((one) => api.intercept(one)));
    const told = api.cut();
    api.recover();

    expect(cut).toMatchObject([{ statusCode: 403 }, { statusCode: 403 }]);
    expect(others).toEqual([undefined, undefined]);
    expect([told, api.cut()]).toEqual([['demo'], []]);
    expect(await api.intercept(about('demo'))).toBeUndefined();
  });

  it('breaks every call of a service', async () => {
    const api = apiSwitches();

    api.set('route53', 'reset');

    expect(await api.intercept(call('route53', 'ListResourceRecordSets'))).toBe('reset');
    expect(await api.intercept(call('ecs', 'ListTasks'))).toBeUndefined();
  });
});
