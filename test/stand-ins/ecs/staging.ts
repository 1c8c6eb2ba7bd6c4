import type { Task } from '@aws-sdk/client-ecs';
import { type HookPayload, type InvokeHook, readAnswer } from './hook-answer.ts';
import { uuid } from './identity.ts';
import { type Located, latestOf, revisionArn, type ServiceDeploymentRecord } from './service-deployment.ts';
import type { ServiceLife } from './service-life.ts';
import { answered, type HookCall, isUnderWay, next, type Surroundings } from './stages.ts';
import type { EcsStore, TaskRecord } from './store.ts';

export interface StagingOptions {
  readonly invoke: InvokeHook;
  /** How long a minute of bake times and hooks lasts, ms. */
  readonly minuteMs: number;
}

/** Moves the deployments that go by stages, as far as they go by now. */
export class Staging {
  readonly #store: EcsStore;
  readonly #life: ServiceLife;
  readonly #options: StagingOptions;
  /** One turn after the other: a hook is not called again while a call of it is under way. */
  readonly #turns = new WeakMap<ServiceDeploymentRecord, Promise<number | undefined>>();

  constructor(store: EcsStore, life: ServiceLife, options: StagingOptions) {
    this.#store = store;
    this.#life = life;
    this.#options = options;
  }

  /**
   * @param service ARN; all of them unless given
   * @returns when the clock alone moves one of them further, ms; undefined while only tasks can
   */
  async advance(service?: string): Promise<number | undefined> {
    const moved = this.#underWay().filter((one) => service === undefined || one.service.arn === service);
    const times = await Promise.all(moved.map((one) => this.#inTurn(one)));
    const due = times.filter((time) => time !== undefined);
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  #underWay(): readonly Located[] {
    return [...this.#store.clusters.values()].flatMap((cluster) =>
      [...cluster.services.values()].flatMap((service) => {
        const record = latestOf(service);
        return record?.configuration.strategy === 'BLUE_GREEN' && isUnderWay(record.progress)
          ? [{ cluster, service, record }]
          : [];
      }),
    );
  }

  #inTurn(located: Located): Promise<number | undefined> {
    const turn = (this.#turns.get(located.record) ?? Promise.resolve(undefined)).then(() => this.#go(located));
    this.#turns.set(located.record, turn);
    return turn;
  }

  async #go(located: Located): Promise<number | undefined> {
    const { record } = located;
    while (isUnderWay(record.progress)) {
      const step = next(record.progress, this.#around(located));
      if (step.kind === 'wait') return step.until;
      if (step.kind === 'go') this.#life.follow(located, step.progress);
      else await this.#call(located, step.call);
    }
    return undefined;
  }

  async #call(located: Located, call: HookCall): Promise<void> {
    const { record } = located;
    let answer: unknown;
    try {
      const { hookTargetArn = '', roleArn = '' } = call.hook;
      answer = await this.#options.invoke(hookTargetArn, payloadOf(located, call), { roleArn });
    } catch {
      answer = undefined; // an error of the function is a bad answer
    }
    if (!isUnderWay(record.progress)) return;
    const progress = answered(record.progress, call, readAnswer(answer), this.#around(located));
    this.#life.follow(located, progress);
  }

  #around({ cluster, service, record }: Located): Surroundings {
    const { bakeTimeInMinutes = 0, lifecycleHooks: hooks = [] } = record.configuration;
    const tasksOf = (revision: string) =>
      cluster.tasks.filter(({ history: { latest } }) => latest.startedBy === revision && !latest.stoppedAt);
    return {
      now: this.#store.now(),
      minuteMs: this.#options.minuteMs,
      bakeTimeInMinutes,
      hooks,
      isServing: (revision) => tasksOf(revision).filter(isServing).length >= service.desiredCount,
      isGone: (revision) => tasksOf(revision).length === 0,
    };
  }
}

function isServing({ history, definition }: TaskRecord): boolean {
  const { lastStatus, desiredStatus, healthStatus }: Task = history.latest;
  const isChecked = definition.containerDefinitions?.some(({ healthCheck }) => healthCheck !== undefined) ?? false;
  return lastStatus === 'RUNNING' && desiredStatus === 'RUNNING' && (!isChecked || healthStatus === 'HEALTHY');
}

function payloadOf({ service, record }: Located, { hook }: HookCall): HookPayload {
  const { stage = 'PRE_SCALE_UP', target, revisions } = record.progress;
  const weights = (of: 'test' | 'production') =>
    Object.fromEntries(revisions.map((one) => [revisionArn(service, one.id), one[of]]));
  const movesProduction = stage === 'PRODUCTION_TRAFFIC_SHIFT' || stage === 'POST_PRODUCTION_TRAFFIC_SHIFT';
  const movesTest = stage === 'TEST_TRAFFIC_SHIFT' || stage === 'POST_TEST_TRAFFIC_SHIFT';
  return {
    executionId: uuid(record.id),
    lifecycleStage: stage,
    resourceArn: record.arn,
    executionDetails: {
      serviceArn: service.arn,
      targetServiceRevisionArn: revisionArn(service, target),
      testTrafficWeights: movesTest ? weights('test') : {},
      productionTrafficWeights: movesProduction ? weights('production') : {},
    },
    ...(hook.hookDetails === undefined ? {} : { hookDetails: hook.hookDetails }),
  };
}
