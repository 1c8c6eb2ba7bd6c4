/** A deployment as DescribeServiceDeployments tells of it, as far as it matters who serves. */
export interface Told {
  readonly serviceDeploymentArn?: string;
  readonly status?: string;
  readonly lifecycleStage?: string;
  readonly rollback?: { readonly serviceRevisionArn?: string };
  readonly targetServiceRevision?: Weighted;
  readonly sourceServiceRevisions?: readonly Weighted[];
}

interface Weighted {
  readonly arn?: string;
  readonly requestedProductionTrafficWeight?: number;
  readonly requestedTestTrafficWeight?: number;
}

/** Where the deployment of a service stands from a moment on, as ECS has it: revisions by what their tasks have as `startedBy`. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** ARN. */
  readonly deployment: string;
  readonly state: string;
  readonly isBack: boolean;
  readonly isOver: boolean;
  /** Whether a failure finds a revision to go back to. */
  readonly hasWayBack: boolean;
  /** Who is to have production traffic. */
  readonly serving: readonly string[];
  /** Who may stand under the test name. */
  readonly tested: readonly string[];
}

/**
 * Who has the traffic, by its weights: in a rollback the one that it goes back to.
 *
 * @param isCompleted of which revisions a deployment has ever been complete
 */
export function momentOf(
  { serviceDeployments: [told] = [] }: { readonly serviceDeployments?: readonly Told[] },
  { at, isCompleted }: { readonly at: number; readonly isCompleted: (revision: string) => boolean },
): Moment {
  const { serviceDeploymentArn: deployment = '', status = '', lifecycleStage: stage, rollback } = told ?? {};
  const { targetServiceRevision: target, sourceServiceRevisions: sources = [] } = told ?? {};
  const before = sources.map(({ arn }) => idOf(arn));
  const back = rollback?.serviceRevisionArn;
  const way = before.filter(isCompleted);
  const isBack = status.startsWith('ROLLBACK');
  const weighted = [...(target ? [target] : []), ...sources].filter(
    ({ requestedProductionTrafficWeight: weight = 0 }) => weight > 0,
  );
  // Of sources that had no traffic, nobody can tell which of them clients use.
  const forward = weighted.length > 0 ? weighted : sources;
  const isTested =
    !isBack &&
    status === 'IN_PROGRESS' &&
    [target?.requestedTestTrafficWeight, target?.requestedProductionTrafficWeight].some((weight = 0) => weight > 0);
  return {
    at,
    deployment,
    state: `${status} ${stage}`,
    isBack,
    isOver: status === 'SUCCESSFUL' || status === 'ROLLBACK_SUCCESSFUL',
    hasWayBack: way.length > 0,
    serving: isBack ? (back === undefined ? way : [idOf(back)]) : forward.map(({ arn }) => idOf(arn)),
    tested: isTested ? [idOf(target?.arn)] : [],
  };
}

const idOf = (revisionArn = '') => `ecs-svc/${revisionArn.split('/').at(-1)}`;

/** What stood at some moment from `since` on. */
export const momentsSince = (moments: readonly Moment[], since: number): readonly Moment[] =>
  moments.filter((_, index) => (moments[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= since);
