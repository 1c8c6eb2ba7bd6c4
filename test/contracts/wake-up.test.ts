import { expect, it } from 'vitest';
import { wakeUp } from '../../functions/contracts/events.ts';
import { CALC, CLUSTER, instanceArn, taskArn } from '../support/builders.ts';

const message = { cluster: CLUSTER, task: taskArn('1'), awsvpc: false, version: 0, names: [CALC] };
const longest = `${'a.'.repeat(127)}`;

it.each([
  { row: 'the least that it says', about: {} },
  { row: 'a container instance', about: { containerInstance: instanceArn('1') } },
  { row: 'as many names as a task declares', about: { names: Array<string>(500).fill(CALC) } },
  { row: 'a name of one character and a dot', about: { names: ['a.'] } },
  { row: 'the longest name', about: { names: [longest] } },
])('a wake-up is read with $row', ({ about }) => {
  expect(wakeUp.parse({ ...message, ...about })).toEqual({ ...message, ...about });
});

it.each([
  { row: 'no name', about: { names: [] } },
  { row: 'more names than any task declares', about: { names: Array<string>(501).fill(CALC) } },
  { row: 'the name of the root', about: { names: ['.'] } },
  { row: 'a name that is too long', about: { names: [`${longest}aa`] } },
  { row: 'a version below zero', about: { version: -1 } },
  { row: 'half a version', about: { version: 0.5 } },
  { row: 'a cluster by its name', about: { cluster: 'shop' } },
  { row: 'a task by its id', about: { task: '1' } },
  { row: 'a container instance by its id', about: { containerInstance: 'i' } },
  { row: 'no word of its network', about: { awsvpc: undefined } },
])('a wake-up with $row is malformed', ({ about }) => {
  expect(wakeUp.safeParse({ ...message, ...about }).success).toBe(false);
});
