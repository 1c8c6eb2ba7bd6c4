import type { Glance } from '../../views.ts';
import { counted } from './numbers.ts';

/** What stands below the calls of the last day: the transitions, and how many runs both are of. */
export function dayText({ transitions, runs, untold }: NonNullable<Glance['day']>): string {
  const without = untold > 0 ? `; ${counted(untold, 'run')} without these figures` : '';
  return `and ${counted(transitions, 'transition')}, in ${counted(runs, 'run')}${without}`;
}
