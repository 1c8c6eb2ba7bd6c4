import { describe, expect, it } from 'vitest';
import { untilQuiet } from './quiet.ts';

/** As far as quiet looks at a stage: how many executions run and messages wait, look by look. */
function stage(looks: readonly { readonly running: number; readonly waiting: number }[]) {
  let asked = 0;
  const now = () => looks[Math.min(asked, looks.length - 1)] ?? { running: 0, waiting: 0 };
  const executions = {
    values: () => Array.from({ length: now().running }, () => ({ status: 'RUNNING' })),
  };
  const peek = () => {
    const messages = Array.from({ length: now().waiting }, () => ({}));
    asked += 1;
    return messages;
  };
  const queues = [
    { name: 'dead', attributes: {} },
    { name: 'events', attributes: { RedrivePolicy: '{}' } },
  ];
  const seen = { executions, deployment: { queues }, cloud: { sqs: { admin: { peek } } } };
  return { seen: seen as unknown as Parameters<typeof untilQuiet>[0], asked: () => asked };
}

const QUIET = { running: 0, waiting: 0 };

describe('quiet', () => {
  it('is several looks in a row without execution and message', async () => {
    const busy = [{ running: 1, waiting: 0 }, QUIET, QUIET, { running: 0, waiting: 1 }];
    const { seen, asked } = stage([...busy, QUIET]);

    await untilQuiet(seen, AbortSignal.timeout(20_000));

    expect(asked()).toBe(busy.length + 3);
  });

  it('is given up with what still goes on', async () => {
    const { seen } = stage([{ running: 2, waiting: 3 }]);

    await expect(untilQuiet(seen, AbortSignal.abort())).rejects.toThrow('2 executions run and 3 messages wait');
  });
});
