import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { ROWS } from '../functions/contracts/settings.ts';
import type { ServiceDiscoveryProps } from './props.ts';

/** The props that need no other resource: each is a row of the table of settings. */
export type PlainProps = Omit<
  ServiceDiscoveryProps,
  'hostedZone' | 'hostedZoneRole' | 'vpc' | 'vpcSubnets' | 'securityGroups' | 'clusters' | 'alarmTopic'
>;
export type PropName = keyof PlainProps;

interface Form<P> {
  /** What the prop is in the CDK, the end of an error. */
  readonly as: string;
  readonly is: (prop: unknown) => boolean;
  /** A prop of that form as a plain value. */
  readonly plain: (prop: never) => unknown;
  readonly prop: (plain: never) => P;
}

const durations = (unit: 'Seconds' | 'Days', make: (amount: number) => Duration): Form<Duration> => ({
  as: 'a Duration',
  // One that is known when it is deployed has no amount yet.
  is: (prop) => isDuration(prop) && !prop.isUnresolved(),
  plain: (prop: Duration) => prop[`to${unit}`]({ integral: false }),
  prop: make,
});
// Not `instanceof`: an app may have two copies of the library.
export const isDuration = (prop: unknown): prop is Duration =>
  typeof (prop as Duration | null)?.toSeconds === 'function';

/** Settings whose props are objects or enumerations of the CDK. */
const FORMS = {
  recordTtl: durations('Seconds', Duration.seconds),
  minimumTtl: durations('Seconds', Duration.seconds),
  negativeTtl: durations('Seconds', Duration.seconds),
  eventWindow: durations('Seconds', Duration.seconds),
  outcomeRetention: durations('Days', Duration.days),
  schedule: {
    as: 'a ScheduleExpression',
    is: (prop) => typeof (prop as scheduler.ScheduleExpression | null)?.expressionString === 'string',
    plain: (prop: scheduler.ScheduleExpression) => prop.expressionString,
    prop: scheduler.ScheduleExpression.expression,
  },
  logRetention: {
    as: 'a value of RetentionDays',
    is: (prop) => typeof prop === 'number',
    plain: (prop: number) => (prop === logs.RetentionDays.INFINITE ? 'forever' : prop),
    prop: (days: number | 'forever') => (days === 'forever' ? logs.RetentionDays.INFINITE : days),
  },
  removalPolicy: {
    as: 'a RemovalPolicy',
    is: (prop) => typeof prop === 'string',
    plain: (prop: string) => (prop === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE ? 'retain' : prop),
    prop: (policy: 'retain' | 'destroy') =>
      policy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  },
} as const satisfies { readonly [N in PropName]?: Form<NonNullable<PlainProps[N]>> };

/** Undefined for a prop that is a plain value itself. */
export const formOf = (name: string): Form<unknown> | undefined =>
  (FORMS as Readonly<Record<string, Form<unknown>>>)[name];

/** Of a prop that is of its form. */
export const plainOf = (name: PropName, prop: unknown): unknown => formOf(name)?.plain(prop as never) ?? prop;

/** The prop of a value that the row allows. */
export function propOf<N extends PropName>(name: N, plain: unknown): NonNullable<PlainProps[N]> {
  const form = formOf(name);
  return (form ? form.prop(plain as never) : plain) as NonNullable<PlainProps[N]>;
}

/** In the order of the table. */
export const PROP_NAMES = ROWS.flatMap(([name, { prop, context }]) =>
  prop === undefined && context !== false && name !== 'clusters' ? [name as PropName] : [],
);
