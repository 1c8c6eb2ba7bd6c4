import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { API_CALLS } from '../../functions/adapters/aws/call-log.ts';
import { metrics } from '../../functions/runtime/powertools.ts';
import { step } from '../../functions/runtime/step.ts';

const sent: string[] = [];
vi.spyOn(Metrics.prototype, 'addMetric').mockImplementation(function (this: Metrics, name, _, value) {
  sent.push(`${name} ${value}`);
  return this;
});
const coldStarts = vi.spyOn(Metrics.prototype, 'captureColdStartMetric');
beforeEach(() => void sent.splice(0));

it('sends no count of nothing', () => {
  metrics.addMetric('NamesMoved', 'Count', 0).addMetric('NamesRefused', 'Count', 2);

  expect(sent).toEqual(['NamesRefused 2']);
});

it('sends a gauge when it has changed, to nothing too, and not while it stays', () => {
  for (const value of [0, 0, 3, 3, 4, 0, 0]) metrics.addGauge('a gauge', value);

  expect(sent).toEqual(['a gauge 3', 'a gauge 4', 'a gauge 0']);
});

it('sends nothing of a step in which nothing happened, the first of its environment neither', async () => {
  const contract = { input: z.object({}), output: z.object({}) };
  const quiet = step(contract, () => async () => {
    API_CALLS.publish({ service: 'Route53', attempts: 1 });
    return {};
  });

  await quiet({}, { functionName: 'f', awsRequestId: 'r' } as Context);

  expect(sent).toEqual([]);
  expect(coldStarts).not.toHaveBeenCalled();
});
