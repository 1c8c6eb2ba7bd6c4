import { printable } from '../../../functions/domain/words/text.ts';
import type { TaskTrouble } from '../ecs/trouble.ts';
import { clockTime, shortId, styled } from './style.ts';

/** Why a task does not run, what it said itself, and what to do. */
export function troubleLines({ family, id, what, said, advice }: TaskTrouble): string {
  return [
    `${clockTime(Date.now())} ${styled('red', `! task ${printable(family)} ${shortId(id)} ${what}`)}`,
    ...said.map((line) => styled('dim', `    | ${line}`)),
    `    ${advice}`,
  ].join('\n');
}

export function impairedLine(service: string, waitMs: number): string {
  const wait = `the next try is in ${Math.round(waitMs / 1_000)} s; update-service tries at once`;
  return `${clockTime(Date.now())} ${styled('red', `! service ${printable(service)}`)} does not start: ${wait}`;
}
