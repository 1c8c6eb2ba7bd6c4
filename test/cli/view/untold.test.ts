import { expect, it } from 'vitest';
import { statusText } from '../../../cli/view/status-text.ts';
import { painter } from '../../../cli/view/style.ts';
import { DEPLOYMENT, NAMING } from '../../support/builders.ts';

const about = {
  verdict: { case: 'in-sync', says: 'in sync' },
  also: [],
  notKnown: [],
  held: [],
  unread: [],
  deployment: DEPLOYMENT,
  zone: NAMING.zone,
  marker: 'present' as const,
  names: [],
  runs: [],
  findings: [],
};

it.each([
  { alarms: 'nobody' as const, times: 1 },
  { alarms: 'somebody' as const, times: 0 },
  { alarms: 'acknowledged' as const, times: 0 },
  { alarms: undefined, times: 0 },
])('a deployment whose alarms tell $alarms: says $times times that nobody is told', ({ alarms, times }) => {
  const lines = statusText({ ...about, ...(alarms && { alarms }) }, painter(false));

  expect(lines.filter((line) => line.includes('alarms tell nobody'))).toHaveLength(times);
});
