import { Token } from 'aws-cdk-lib';

/** What a generated cluster's ARN may come to: `arn:aws:ecs:…:cluster/` and stack name, logical id and a random part. */
const UNKNOWN_ARN = 180;

/** Characters that these ARNs take in a list, quotes and comma included; a token counts as long as it may become. */
export const charactersOf = (arns: readonly string[]): number =>
  arns.reduce((sum, arn) => sum + (Token.isUnresolved(arn) ? UNKNOWN_ARN : arn.length) + 3, 0);
