import { UsageError } from '../options.ts';
import { API_FAULTS, type ApiFault, type ApiSwitches, SERVICES } from './api-switches.ts';
import type { TaskSwitches } from './task-switches.ts';

/** What `npm run fault` takes. */
export const USAGE = [
  'npm run fault -- <service> unhealthy [<how many>]   its health checks fail: of all its tasks, or of so many',
  'npm run fault -- <service> recover',
  `npm run fault -- api <where> <fault>                where: ${SERVICES.join(', ')}, or one call, ecs:ListTasks`,
  `                                                    fault: ${API_FAULTS.join(', ')}`,
  'npm run fault -- api <where> recover',
  'npm run fault -- cluster <name> cut                 every call of ECS about it is denied',
  'npm run fault -- cluster <name> recover',
  'npm run fault -- recover                            everything works again',
].join('\n');

export interface Switches {
  readonly api: ApiSwitches;
  readonly tasks: TaskSwitches;
}

/**
 * Does what the words say.
 *
 * @returns what is so from now on, in one sentence
 * @throws UsageError that says what is allowed
 */
export function command({ api, tasks }: Switches, words: readonly string[]): string {
  const [what = '', how = '', detail = '', ...rest] = words;
  if (rest.length > 0) throw new UsageError(`got ${words.length} words, want at most three\n${USAGE}`);
  if (what === 'recover' && how === '') {
    api.recover();
    tasks.recover();
    return 'everything works again';
  }
  if (what === 'api' && detail === 'recover') {
    api.recover(how);
    return `${how} answers again`;
  }
  if (what === 'api' && isApiFault(detail)) {
    api.set(how, detail);
    return `${how} is broken: ${detail}`;
  }
  if (what === 'cluster' && how !== '' && detail === 'cut') {
    api.cutOff(how);
    return `${how} is cut off: calls of ECS about it are denied`;
  }
  if (what === 'cluster' && how !== '' && detail === 'recover') {
    api.join(how);
    return `${how} can be read again`;
  }
  if (how === 'recover' && detail === '') {
    tasks.recover(what);
    return `every check of ${what} passes again`;
  }
  if (how === 'unhealthy') {
    const count = detail === '' ? undefined : Number(detail);
    if (count !== undefined && !(Number.isInteger(count) && count > 0))
      throw new UsageError(`got ${JSON.stringify(detail)} tasks, want a whole number from 1`);
    const { failing, of } = tasks.fail(what, count);
    return `the checks of ${failing} of ${of} tasks of ${what} fail`;
  }
  throw new UsageError(`got ${JSON.stringify(words.join(' '))}, want one of\n${USAGE}`);
}

const isApiFault = (text: string): text is ApiFault => API_FAULTS.some((fault) => fault === text);
