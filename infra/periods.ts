import { Duration, Token } from 'aws-cdk-lib';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { longestPause } from '../functions/contracts/schedule.ts';

/** A period of CloudWatch is a day at most. */
const DAY = 86_400;
/** Days that an alarm may look back over, where its periods are an hour or longer (CloudWatch's own limit). */
const LONGEST = 7;
/** Shorter ones would take a run that lasts longer than usual for one that is missing. */
const SHORTEST = 5 * 60;

export interface Periods {
  readonly period: Duration;
  readonly count: number;
}

/**
 * Three periods of an alarm in each of which there is a full run; one of five minutes, in which any run counts, where two may be
 * further apart than a period can be long, or nobody can tell.
 */
export function threeRuns(schedule: scheduler.ScheduleExpression): Periods {
  const apart = pauseOf(schedule);
  if (apart === undefined || apart > DAY) return { period: Duration.seconds(SHORTEST), count: 1 };
  return { period: Duration.seconds(Math.max(SHORTEST, apart)), count: 3 };
}

/**
 * Periods of an alarm that together are three periods of a schedule, or as many as an alarm may look back over.
 *
 * @returns undefined where two runs may be further apart than an alarm looks back, with a day to spare: it would go off in
 *   between
 */
export function threePeriods(schedule: scheduler.ScheduleExpression): Periods | undefined {
  const apart = pauseOf(schedule);
  if (apart === undefined || apart > (LONGEST - 1) * DAY) return undefined;
  const seconds = Math.max(SHORTEST, apart);
  if (seconds <= DAY) return { period: Duration.seconds(seconds), count: 3 };
  return { period: Duration.seconds(DAY), count: Math.min(LONGEST, Math.ceil((3 * seconds) / DAY)) };
}

/** Seconds that two runs are apart at most; undefined where that takes a calendar, or a deployment, to know. */
const pauseOf = ({ expressionString: expression }: scheduler.ScheduleExpression): number | undefined =>
  Token.isUnresolved(expression) ? undefined : longestPause(expression);
