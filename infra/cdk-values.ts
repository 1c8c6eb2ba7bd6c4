import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { ROWS } from '../functions/contracts/settings.ts';
import type { ServiceDiscoveryProps } from './props.ts';

/** The props that need no other resource: each is a row of the table of settings. */
export type PlainProps = Omit<
  ServiceDiscoveryProps,
  'hostedZone' | 'vpc' | 'vpcSubnets' | 'securityGroups' | 'clusters'
>;
export type PropName = keyof PlainProps;

interface Form<P> {
  /** A prop as a plain value; as it is, and so refused, where it is nothing of the kind. */
  readonly plain: (prop: unknown) => unknown;
  readonly prop: (plain: never) => P;
}

const durations = (unit: 'Seconds' | 'Days', make: (amount: number) => Duration): Form<Duration> => ({
  plain: (prop) => (isDuration(prop) ? prop[`to${unit}`]({ integral: false }) : `${prop}, which is no Duration`),
  prop: make,
});
// Not `instanceof`: an app may have two copies of the library.
const isDuration = (prop: unknown): prop is Duration => typeof (prop as Duration | null)?.toSeconds === 'function';

/** Settings whose props are objects or enumerations of the CDK. */
const FORMS = {
  recordTtl: durations('Seconds', Duration.seconds),
  negativeTtl: durations('Seconds', Duration.seconds),
  eventWindow: durations('Seconds', Duration.seconds),
  outcomeRetention: durations('Days', Duration.days),
  schedule: {
    plain: (prop) => (prop as scheduler.ScheduleExpression | null)?.expressionString,
    prop: scheduler.ScheduleExpression.expression,
  },
  logRetention: {
    plain: (prop) => (prop === logs.RetentionDays.INFINITE ? 'forever' : prop),
    prop: (days: number | 'forever') => (days === 'forever' ? logs.RetentionDays.INFINITE : days),
  },
  removalPolicy: {
    plain: (prop) => (prop === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE ? 'retain' : prop),
    prop: (policy: 'retain' | 'destroy') =>
      policy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  },
} as const satisfies { readonly [N in PropName]?: Form<NonNullable<PlainProps[N]>> };

const formOf = (name: PropName): Form<unknown> | undefined => (FORMS as Partial<Record<PropName, Form<unknown>>>)[name];

export const plainOf = (name: PropName, prop: unknown): unknown => formOf(name)?.plain(prop) ?? prop;

/** The prop of a value that the row allows. */
export function propOf<N extends PropName>(name: N, plain: unknown): NonNullable<PlainProps[N]> {
  const form = formOf(name);
  return (form ? form.prop(plain as never) : plain) as NonNullable<PlainProps[N]>;
}

/** In the order of the table. */
export const PROP_NAMES = ROWS.flatMap(([name, { prop, context }]) =>
  prop === undefined && context !== false && name !== 'clusters' ? [name as PropName] : [],
);
