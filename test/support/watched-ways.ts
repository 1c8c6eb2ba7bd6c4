import { afterEach } from 'vitest';
import { noteWays, takeWays } from './way.ts';

/** A test that makes more runs than this is a property: what it draws differs with the seed. */
const MANY_RUNS = 20;
/** Over real connections, whose timeouts are real, a busy machine may take another way. */
const IN_REAL_TIME = /over-the-wire/;

noteWays();

/**
 * Rounds that heal hide faults where a test asserts the end only. So the way of every run of every test is kept beside it,
 * in `__snapshots__`, and another way fails the test: `npx vitest run <file> -u` where the new one is meant, and read what
 * changes.
 */
afterEach(({ expect, task }) => {
  const ways = IN_REAL_TIME.test(task.file.name) ? takeWays().slice(0, 0) : takeWays();
  if (ways.length > 0 && ways.length <= MANY_RUNS)
    expect(ways.join('\n'), 'the ways of the runs').toMatchSnapshot('ways');
});
