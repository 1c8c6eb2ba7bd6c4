import { describe, expect, it } from 'vitest';
import { EVERY_CALL } from '../adapters/every-call.ts';
import { documented } from './document.ts';
import { STEPS } from './expectations.ts';
import { cellsOf, tasksOfFile, tryCell } from './matrix.ts';
import { RUNS } from './shop.ts';
import { tablesOf } from './table.ts';

/** Only `ecssd` lists the outcomes; no run does. */
const OF_THE_COMMAND = new Set(['s3:ListObjectsV2']);
/** Made only where a setting asks for them: their faults are tried in settings.test.ts. */
const OF_SETTINGS = new Set(['sts:AssumeRole', 'ssm:DescribeInstanceInformation']);
/** Made only where services are shifted by DNS: shifts.test.ts. */
const OF_SHIFTS = new Set(['ecs:DescribeServices', 'ecs:DescribeServiceDeployments', 'route53:GetChange']);
const ELSEWHERE: ReadonlySet<string> = new Set([...OF_THE_COMMAND, ...OF_SETTINGS, ...OF_SHIFTS]);

const cells = (await Promise.all(RUNS.map(cellsOf))).flat();
/** Every so many cells, beginning with another one at each place: `npm run faults` tries them all. */
const SAMPLED = 5;
const places = [...Map.groupBy(cells, ({ run, place }) => `${run} run, ${place}`)].map(([title, own], at) => ({
  title,
  own: own.filter((_, index) => index % SAMPLED === at % Math.min(SAMPLED, own.length)),
}));

describe('the fault matrix', () => {
  it('has every call that the adapters make in a run', () => {
    const tried = new Set(cells.map(({ place }) => place).filter((place) => place.includes(':')));

    const calls = EVERY_CALL.map(({ call }) => call).filter((call) => !ELSEWHERE.has(call));
    expect([...tried].sort()).toEqual(calls.sort());
  });

  it('has every step of the state machine', () => {
    expect([...STEPS].sort()).toEqual([...tasksOfFile()].sort());
  });

  it('stands in the docs as it is', () => {
    expect(documented()).toBe(tablesOf(cells));
  });
});

describe('holds, however the fault ends', () => {
  it.each(places)('$title', async ({ own }) => {
    const tried = [];
    for (const cell of own) tried.push(await tryCell(cell));

    const broken = tried.flatMap(({ cell: { fault }, faults }) => faults.map((text) => `${fault}: ${text}`));
    expect(broken).toEqual([]);
  });
});
