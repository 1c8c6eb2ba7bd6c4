import { physicalIdentity } from './physical-ids.ts';

/** The parts of a CloudFormation template that are read here. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

/** Where a stack stands, and what its parameters are given. */
export interface StackPlace {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly stackName: string;
  /** Lists as text with commas, as CloudFormation takes them. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What clients call an SQS queue by, for its `Ref`. */
  readonly queueUrl: (queueName: string) => string;
}

/** Thrown for what this resolver cannot evaluate; the message names the function and where it stands. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export interface Resolver {
  /** The value with every intrinsic function evaluated; what became `AWS::NoValue` is gone. @throws TemplateError */
  resolve(value: unknown): unknown;
  /** Whether a condition holds. @throws TemplateError */
  condition(name: string): boolean;
  /** The resources of one type that the conditions let exist, by logical id, with their properties evaluated. */
  resources(type: string): readonly ResolvedResource[];
}

export interface ResolvedResource {
  readonly logicalId: string;
  /** What `Ref` gives: a name, a URL or an ARN, depending on the type. */
  readonly ref: string;
  readonly arn: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Evaluates the intrinsic functions of a template as CloudFormation does when it deploys it, with physical names made
 * of the stack's name and the logical id.
 */
export function templateResolver(template: Template, place: StackPlace): Resolver {
  const evaluating = new Set<string>();

  const identity = (logicalId: string, from: string) => {
    const resource = template.Resources[logicalId];
    if (!resource) throw new TemplateError(`${from} names "${logicalId}", which is no resource of the template`);
    if (evaluating.has(logicalId)) throw new TemplateError(`${from} of "${logicalId}" leads back to itself`);
    evaluating.add(logicalId);
    try {
      return physicalIdentity(
        { logicalId, type: resource.Type, properties: resource.Properties ?? {}, resolve },
        place,
      );
    } finally {
      evaluating.delete(logicalId);
    }
  };

  const ref = (name: string): unknown => {
    const pseudo = pseudoParameters(place);
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = template.Parameters?.[name];
    if (parameter) return parameterValue(name, parameter, place.parameters?.[name]);
    return identity(name, 'Ref').ref;
  };

  const attribute = (logicalId: string, name: string): string => {
    const found = identity(logicalId, 'Fn::GetAtt').attributes[name];
    if (found !== undefined) return found;
    const type = template.Resources[logicalId]?.Type;
    throw new TemplateError(`Fn::GetAtt asks ${type} "${logicalId}" for "${name}", which is not known here`);
  };

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => ref(text(argument, 'Ref')),
    'Fn::GetAtt': (argument) => {
      const [logicalId = '', name = ''] =
        typeof argument === 'string'
          ? argument.split(/\.(.*)/s)
          : list(argument, 'Fn::GetAtt').map((part) => text(resolve(part), 'Fn::GetAtt'));
      return attribute(logicalId, name);
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = list(argument, 'Fn::Join');
      return list(resolve(parts), 'Fn::Join')
        .map((part) => text(part, 'Fn::Join'))
        .join(text(separator, 'Fn::Join'));
    },
    'Fn::Sub': (argument) => {
      const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, 'Fn::Sub');
      const given = record(resolve(variables ?? {}), 'Fn::Sub');
      return text(template, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        if (Object.hasOwn(given, name)) return text(given[name], 'Fn::Sub');
        const [logicalId = '', attributeName] = name.split(/\.(.*)/s);
        return attributeName === undefined ? text(ref(name), 'Fn::Sub') : attribute(logicalId, attributeName);
      });
    },
    'Fn::Select': (argument) => {
      const [index, items] = list(argument, 'Fn::Select');
      const all = list(resolve(items), 'Fn::Select');
      const item = all[Number(resolve(index))];
      if (item === undefined)
        throw new TemplateError(`Fn::Select takes item ${JSON.stringify(index)} of ${all.length}`);
      return item;
    },
    'Fn::Split': (argument) => {
      const [separator, whole] = list(argument, 'Fn::Split');
      return text(resolve(whole), 'Fn::Split').split(text(separator, 'Fn::Split'));
    },
    'Fn::FindInMap': (argument) => {
      const [map = '', top = '', second = ''] = list(argument, 'Fn::FindInMap').map((key) =>
        text(resolve(key), 'Fn::FindInMap'),
      );
      const found = template.Mappings?.[map]?.[top]?.[second];
      if (found === undefined) throw new TemplateError(`Fn::FindInMap finds nothing at ${map}.${top}.${second}`);
      return found;
    },
    'Fn::Base64': (argument) => Buffer.from(text(resolve(argument), 'Fn::Base64')).toString('base64'),
    'Fn::If': (argument) => {
      const [name, yes, no] = list(argument, 'Fn::If');
      return evaluate(condition(text(name, 'Fn::If')) ? yes : no);
    },
    'Fn::Equals': (argument) => {
      const [one, other] = list(resolve(argument), 'Fn::Equals');
      return String(one) === String(other);
    },
    'Fn::Not': (argument) => !truth(list(argument, 'Fn::Not')[0]),
    'Fn::And': (argument) => list(argument, 'Fn::And').every(truth),
    'Fn::Or': (argument) => list(argument, 'Fn::Or').some(truth),
  };

  const truth = (value: unknown): boolean => {
    if (isRecord(value) && typeof value.Condition === 'string') return condition(value.Condition);
    return resolve(value) === true;
  };

  const condition = (name: string): boolean => {
    const expression = template.Conditions?.[name];
    if (expression === undefined) throw new TemplateError(`condition "${name}" is not in the template`);
    return truth(expression);
  };

  const evaluate = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== NO_VALUE);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
      const run = functions[name];
      if (!run) throw new TemplateError(`${name} is not evaluated here: ${JSON.stringify(value).slice(0, 200)}`);
      return run(argument);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, evaluate(item)]).filter(([, item]) => item !== NO_VALUE),
    );
  };

  const resolve = (value: unknown): unknown => {
    const result = evaluate(value);
    return result === NO_VALUE ? undefined : result;
  };

  const resources = (type: string): readonly ResolvedResource[] =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .filter(([, resource]) => resource.Condition === undefined || condition(resource.Condition))
      .map(([logicalId, { Properties = {}, Metadata = {} }]) => {
        const { ref: physicalId, attributes } = identity(logicalId, type);
        const properties = record(resolve(Properties), logicalId);
        return { logicalId, ref: physicalId, arn: attributes.Arn, properties, metadata: Metadata };
      });

  return { resolve, condition, resources };
}

function pseudoParameters({ region, accountId, stackName }: StackPlace): Readonly<Record<string, unknown>> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-0000-0000-000000000000`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
}

function parameterValue(name: string, { Type, Default }: TemplateParameter, given: string | undefined): unknown {
  const value = given ?? Default;
  if (value === undefined) throw new TemplateError(`parameter "${name}" has no default and was given no value`);
  const isList = Type === 'CommaDelimitedList' || Type.startsWith('List<');
  return isList
    ? String(value)
        .split(',')
        .map((item) => item.trim())
    : String(value);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new TemplateError(`${where} has ${JSON.stringify(value)} where an object must stand`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${where} has ${JSON.stringify(value)} where a list must stand`);
}

/** Numbers and booleans become text, as CloudFormation makes them. */
function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${where} has ${JSON.stringify(value)} where a text must stand`);
}
