import type { Disposition } from '../words/reason.ts';
import { isChange } from './summary.ts';

/** What an event says of one instance that came or went. */
export interface OutcomeEvent {
  readonly detailType: 'Instance Published' | 'Instance Removed';
  readonly detail: {
    /** Owner name without its final dot, as clients ask for it. */
    readonly name: string;
    readonly target: string;
    readonly port: number;
    /** Task ARN; absent where nobody knows whose value it was. */
    readonly task?: string;
    readonly reason: string;
    readonly execution: string;
  };
}

/** One event for each instance that a run has published or removed, in the order of its dispositions. */
export function outcomeEvents(dispositions: readonly Disposition[], execution: string): readonly OutcomeEvent[] {
  return dispositions.filter(isChange).flatMap(({ outcome, name, target, port, task, reason }) =>
    target === undefined || port === undefined
      ? []
      : [
          {
            detailType: outcome === 'removed' ? 'Instance Removed' : 'Instance Published',
            detail: {
              name: name.replace(/\.$/, ''),
              target: target.replace(/\.$/, ''),
              port,
              ...(task !== undefined && { task }),
              reason,
              execution,
            },
          },
        ],
  );
}
