import { ROWS } from '../../functions/contracts/settings.ts';

/** What the template writes into the environment of functions where a deployment says nothing. */
export const DEFAULT_VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  ROWS.flatMap(([, { variable, byDefault }]) => (variable ? [[variable, String(byDefault ?? '')]] : [])),
);

/** What a deployment puts there in the place of references. */
export const DEPLOYED: Readonly<Record<string, string>> = {
  DEPLOYMENT_ID: '123456789012/eu-west-1/Shop',
  RUN_BUCKET: 'shop-runs',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/events',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:123456789012:stateMachine:shop',
  SHIFT_HOOK: 'arn:aws:lambda:eu-west-1:123456789012:function:shift-hook',
};
