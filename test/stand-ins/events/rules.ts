import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  DescribeRuleResponse,
  DisableRuleCommandInput,
  EnableRuleCommandInput,
  ListRulesCommandInput,
  ListRulesResponse,
  ListTargetsByRuleCommandInput,
  ListTargetsByRuleResponse,
  PutRuleCommandInput,
  PutRuleResponse,
  PutTargetsCommandInput,
  PutTargetsResponse,
  RemoveTargetsCommandInput,
  RemoveTargetsResponse,
  Rule as RuleShape,
  Target,
  TestEventPatternCommandInput,
  TestEventPatternResponse,
} from '@aws-sdk/client-eventbridge';
import { EventPatternError, readPattern } from '../event-pattern.ts';
import { ServiceFault } from '../service.ts';
import type { Json } from '../step-functions/json.ts';

/** Quotas of EventBridge's user guide (eb-quota.html). */
export const MAX_PATTERN_LENGTH = 2_048;
export const MAX_RULES = 300;
export const MAX_TARGETS = 5;

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: string;
  readonly matches: (event: Json) => boolean;
  readonly enabled: boolean;
  readonly description: string | undefined;
  readonly targets: ReadonlyMap<string, Target>;
}

/** The rules of the default bus of one account and Region. */
export class Rules {
  readonly #byName = new Map<string, Rule>();
  readonly #prefix: string;
  readonly #account: string;

  constructor({ region, accountId }: { readonly region: string; readonly accountId: string }) {
    this.#prefix = `arn:aws:events:${region}:${accountId}:rule/`;
    this.#account = accountId;
  }

  matching(event: Json): readonly Rule[] {
    return [...this.#byName.values()].filter(({ enabled, matches }) => enabled && matches(event));
  }

  readonly put = (input: PutRuleCommandInput): PutRuleResponse => {
    checkBus(input.EventBusName);
    const name = input.Name ?? '';
    if (!/^[\w.-]{1,64}$/.test(name))
      throw invalid(`Value '${name}' at 'name' has to match [\\.\\-_A-Za-z0-9]+, 1 to 64 long`);
    const pattern = input.EventPattern;
    if (pattern === undefined) throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    if (pattern.length > MAX_PATTERN_LENGTH) {
      throw new ServiceFault(
        'LimitExceededException',
        `the pattern has ${pattern.length} characters, allowed are ${MAX_PATTERN_LENGTH}`,
      );
    }
    const known = this.#byName.get(name);
    if (!known && this.#byName.size >= MAX_RULES) {
      throw new ServiceFault(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${MAX_RULES} rules.`,
      );
    }
    const arn = `${this.#prefix}${name}`;
    this.#byName.set(name, {
      name,
      arn,
      pattern,
      matches: patternOf(pattern),
      enabled: input.State !== 'DISABLED',
      description: input.Description,
      targets: known?.targets ?? new Map(),
    });
    return { RuleArn: arn };
  };

  readonly describe = ({ Name, EventBusName }: DescribeRuleCommandInput): DescribeRuleResponse => ({
    ...shapeOf(this.#get(Name, EventBusName)),
    CreatedBy: this.#account,
  });

  readonly list = (input: ListRulesCommandInput): ListRulesResponse => {
    checkBus(input.EventBusName);
    const rules = [...this.#byName.values()]
      .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { items, ...rest } = page(rules, ({ name }) => name, input);
    return { Rules: items.map(shapeOf), ...rest };
  };

  readonly enable = ({ Name, EventBusName }: EnableRuleCommandInput): object => {
    const rule = this.#get(Name, EventBusName);
    this.#byName.set(rule.name, { ...rule, enabled: true });
    return {};
  };

  readonly disable = ({ Name, EventBusName }: DisableRuleCommandInput): object => {
    const rule = this.#get(Name, EventBusName);
    this.#byName.set(rule.name, { ...rule, enabled: false });
    return {};
  };

  /** A rule that is not there counts as deleted. */
  readonly delete = ({ Name, EventBusName }: DeleteRuleCommandInput): object => {
    checkBus(EventBusName);
    const rule = this.#byName.get(Name ?? '');
    if (rule && rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
    this.#byName.delete(Name ?? '');
    return {};
  };

  readonly putTargets = ({ Rule, EventBusName, Targets = [] }: PutTargetsCommandInput): PutTargetsResponse => {
    const rule = this.#get(Rule, EventBusName);
    const targets = new Map(rule.targets);
    for (const target of Targets) targets.set(checkTarget(target), target);
    if (targets.size > MAX_TARGETS) {
      throw new ServiceFault(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${MAX_TARGETS} targets.`,
      );
    }
    this.#byName.set(rule.name, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  };

  readonly removeTargets = ({ Rule, EventBusName, Ids = [] }: RemoveTargetsCommandInput): RemoveTargetsResponse => {
    const rule = this.#get(Rule, EventBusName);
    const targets = new Map(rule.targets);
    for (const id of Ids) targets.delete(id);
    this.#byName.set(rule.name, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  };

  readonly listTargets = (input: ListTargetsByRuleCommandInput): ListTargetsByRuleResponse => {
    const targets = [...this.#get(input.Rule, input.EventBusName).targets.values()];
    const { items, ...rest } = page(targets, ({ Id = '' }) => Id, input);
    return { Targets: [...items], ...rest };
  };

  readonly test = ({ EventPattern = '', Event = '' }: TestEventPatternCommandInput): TestEventPatternResponse => {
    try {
      return { Result: patternOf(EventPattern)(JSON.parse(Event)) };
    } catch (cause) {
      if (cause instanceof ServiceFault) throw cause;
      throw new ServiceFault('ValidationException', 'Parameter Event is not valid JSON.', { cause });
    }
  };

  #get(name: string | undefined, bus: string | undefined): Rule {
    checkBus(bus);
    const rule = this.#byName.get(name ?? '');
    if (rule) return rule;
    throw new ServiceFault('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }
}

/** By name or ARN. @throws ServiceFault ResourceNotFoundException for any bus but the default one */
export function checkBus(bus = 'default'): void {
  if (bus === 'default' || bus.endsWith(':event-bus/default')) return;
  throw new ServiceFault('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
}

function shapeOf({ name, arn, pattern, enabled, description }: Rule): RuleShape {
  return {
    Name: name,
    Arn: arn,
    EventPattern: pattern,
    State: enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
    ...(description !== undefined && { Description: description }),
  };
}

function patternOf(text: string): (event: Json) => boolean {
  try {
    return readPattern(text);
  } catch (cause) {
    if (!(cause instanceof EventPatternError)) throw cause;
    throw new ServiceFault('InvalidEventPatternException', `Event pattern is not valid. Reason: ${cause.message}`, {
      cause,
    });
  }
}

/** @returns the target's id */
function checkTarget({ Id, Arn, Input, InputPath, InputTransformer, RetryPolicy, DeadLetterConfig }: Target): string {
  if (!Id || !/^[\w.-]{1,64}$/.test(Id)) throw invalid(`Value '${Id}' at 'targets.member.id' is not valid.`);
  if (!Arn?.startsWith('arn:'))
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}.`);
  const { MaximumRetryAttempts = 0, MaximumEventAgeInSeconds = 60 } = RetryPolicy ?? {};
  if (MaximumRetryAttempts < 0 || MaximumRetryAttempts > 185)
    throw invalid(`MaximumRetryAttempts is ${MaximumRetryAttempts}, allowed are 0 to 185.`);
  if (MaximumEventAgeInSeconds < 60 || MaximumEventAgeInSeconds > 86_400)
    throw invalid(`MaximumEventAgeInSeconds is ${MaximumEventAgeInSeconds}, allowed are 60 to 86400.`);
  if (DeadLetterConfig?.Arn !== undefined && !/^arn:[^:]+:sqs:/.test(DeadLetterConfig.Arn))
    throw invalid(`Dead letter queue ${DeadLetterConfig.Arn} is no SQS queue.`);
  return Id;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): ServiceFault {
  return new ServiceFault('ValidationException', message);
}

/** One page behind the key that the token names; 1 to 100 items. */
function page<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { NextToken, Limit = 100 }: { readonly NextToken?: string | undefined; readonly Limit?: number | undefined },
): { readonly items: readonly T[]; readonly NextToken?: string } {
  if (!Number.isInteger(Limit) || Limit < 1 || Limit > 100) throw invalid(`Limit is ${Limit}, allowed are 1 to 100.`);
  const first = NextToken === undefined ? 0 : all.findIndex((item) => keyOf(item) === keyIn(NextToken)) + 1;
  if (NextToken !== undefined && first === 0) throw invalid('The specified nextToken is not valid.');
  const items = all.slice(first, first + Limit);
  const last = items.at(-1);
  const more = first + Limit < all.length && last !== undefined;
  return more ? { items, NextToken: Buffer.from(keyOf(last)).toString('base64url') } : { items };
}

function keyIn(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}
