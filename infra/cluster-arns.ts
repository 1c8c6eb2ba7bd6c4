import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The longest that a pseudo parameter of an ARN becomes: `aws-us-gov`, `ap-southeast-7` and the like, an account. */
const PSEUDO: Readonly<Record<string, number>> = { 'AWS::Partition': 10, 'AWS::Region': 16, 'AWS::AccountId': 12 };
/** What a generated cluster's ARN may come to: `arn:aws:ecs:…:cluster/` and stack name, logical id and a random part. */
const UNKNOWN_ARN = 180;

/** Characters that these ARNs take in a list, quotes and comma included; a token counts as long as it may become. */
export const charactersOf = (scope: IConstruct, arns: readonly string[]): number =>
  arns.reduce((sum, arn) => sum + lengthOf(Token.isUnresolved(arn) ? Stack.of(scope).resolve(arn) : arn) + 3, 0);

function lengthOf(resolved: unknown): number {
  if (typeof resolved === 'string') return resolved.length;
  const { Ref: reference, 'Fn::Join': join } = resolved as { Ref?: string; 'Fn::Join'?: [string, readonly unknown[]] };
  if (reference !== undefined) return PSEUDO[reference] ?? UNKNOWN_ARN;
  if (!join) return UNKNOWN_ARN;
  const [separator, parts] = join;
  const length = parts.reduce<number>((sum, part) => sum + lengthOf(part), 0);
  return length + separator.length * Math.max(0, parts.length - 1);
}
