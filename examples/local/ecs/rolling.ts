/** A task that nobody has told to stop. */
export interface StayingTask {
  readonly arn: string;
  /** Id of its deployment. */
  readonly deployment: string;
  readonly isRunning: boolean;
  /** Whether it has run long enough to be counted on. */
  readonly isProven: boolean;
}

export interface RollingGoal {
  /** Id of the deployment that is wanted. */
  readonly primary: string;
  readonly desiredCount: number;
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
  /** Tasks that are wanted, and for which it is not time yet. */
  readonly waiting: number;
}

export interface RollingStep {
  /** How many tasks of the wanted deployment to start. */
  readonly start: number;
  /** ARNs. */
  readonly stop: readonly string[];
}

/**
 * What a rolling update may do next: start new tasks within the maximum (rounded down), and stop old ones while the
 * minimum (rounded up) goes on running. A new task counts once it is proven, an old one as long as it runs
 * (API_DeploymentConfiguration). Pure; again with what came of it until nothing is left to do.
 */
export function nextStep(goal: RollingGoal, tasks: readonly StayingTask[]): RollingStep {
  const { primary, desiredCount, waiting } = goal;
  const most = Math.floor((desiredCount * goal.maximumPercent) / 100);
  const fewest = Math.ceil((desiredCount * goal.minimumHealthyPercent) / 100);
  const wanted = tasks.filter(({ deployment }) => deployment === primary);
  const old = tasks.filter(({ deployment }) => deployment !== primary);
  const serving = old.filter(({ isRunning }) => isRunning);
  const spare = wanted.filter(({ isProven }) => isProven).length + serving.length - fewest;
  const stop = [
    ...wanted.slice(desiredCount),
    ...old.filter(({ isRunning }) => !isRunning),
    ...serving.slice(0, Math.max(0, spare)),
  ];
  const missing = desiredCount - wanted.length - waiting;
  return {
    start: Math.max(0, Math.min(missing, most - (tasks.length - stop.length))),
    stop: stop.map(({ arn }) => arn),
  };
}
