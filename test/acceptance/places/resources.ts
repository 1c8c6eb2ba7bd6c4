import type { Place } from './place.ts';

/** The physical id of the one resource whose logical id matches. @throws Error where none does, or several */
export function physical({ resources }: Pick<Place, 'resources'>, logical: RegExp): string {
  const found = [...resources].filter(([id]) => logical.test(id));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} resources match ${logical}, want one`);
  return only[1];
}

/** Of a function in the account and Region of a state machine. */
export function functionArn(stateMachineArn: string, name: string): string {
  const [, partition, , region, account] = stateMachineArn.split(':');
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
}

/** Of a role in the account of a state machine. */
export function roleArn(stateMachineArn: string, name: string): string {
  const [, partition, , , account] = stateMachineArn.split(':');
  return `arn:${partition}:iam::${account}:role/${name}`;
}
