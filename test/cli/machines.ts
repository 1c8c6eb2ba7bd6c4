import { onTestFinished } from 'vitest';
import { type Served, served } from '../adapters/served.ts';
import { systemClock } from '../stand-ins/clock.ts';
import { stepFunctionsStandIn } from '../stand-ins/step-functions.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };

export const arnOf = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;

/** Comment of a definition, as the construct writes it. */
export const commentOf = (id: string) =>
  `What it does. deployment=123456789012/us-east-1/${id} zone=Shop.internal zoneId=Z0SHOP owner=ecs bucket=runs-${id} alarms=nobody`;

/** State machines by name, with the comment of each, behind the endpoint that every client of this test calls. */
export async function servedMachines(comments: Readonly<Record<string, string | undefined>>): Promise<Served> {
  const standIn = stepFunctionsStandIn({ clock: systemClock, invoke: async () => ({}), ...place });
  for (const [name, Comment] of Object.entries(comments)) {
    const definition = JSON.stringify({ Comment, StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const input = { name, definition, roleArn: 'arn:aws:iam::123456789012:role/reconcile' };
    await standIn.operations.CreateStateMachine?.(input as never, { ...place, requestId: 'create' });
  }
  onTestFinished(() => standIn.admin.close());
  return served(standIn);
}
