import { printable } from '../../functions/domain/words/text.ts';

const MOST_ID = 256;

/** The last part of an ARN, as it may be shown. */
export const lastOf = (arn: string): string => printable(arn.slice(arn.lastIndexOf('/') + 1), MOST_ID);
