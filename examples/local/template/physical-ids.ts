import type { StackPlace } from './cloudformation.ts';

/** What a deployed resource is called: what `Ref` gives of it, and what `Fn::GetAtt` knows. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Named {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Evaluates a property of the template. */
  readonly resolve: (value: unknown) => unknown;
}

/** Where a type keeps the name that a template may give it, the longest that the service takes, and what follows from it. */
interface Kind {
  readonly nameProperty: string;
  readonly longest: number;
  /** Whether a name that is too long is cut within the logical id, and not at the stack's name. */
  readonly beginsWithStack?: true;
  readonly identify: (name: string, place: StackPlace) => Identity;
}

/** `arn:aws:<service>:<region>:<account>:<rest>` */
const arnOf = (service: string, rest: string, { region, accountId }: StackPlace): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

/** "Return values" of each resource type in the CloudFormation template reference. */
const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    longest: 64,
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('lambda', `function:${name}`, place) } }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    longest: 80,
    identify: (name, place) => {
      const url = place.queueUrl(name);
      return { ref: url, attributes: { Arn: arnOf('sqs', name, place), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    longest: 63,
    identify: (name) => ({
      ref: name.toLowerCase(),
      attributes: { Arn: `arn:aws:s3:::${name.toLowerCase()}`, DomainName: `${name.toLowerCase()}.s3.amazonaws.com` },
    }),
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    longest: 80,
    identify: (name, place) => {
      const arn = arnOf('states', `stateMachine:${name}`, place);
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    longest: 64,
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('events', `rule/${name}`, place) } }),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    longest: 64,
    identify: (name, place) => ({
      ref: name,
      attributes: { Arn: arnOf('scheduler', `schedule/default/${name}`, place) },
    }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    longest: 64,
    // Trust policies of other accounts tell roles by it.
    beginsWithStack: true,
    identify: (name, { accountId }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}`, RoleId: 'AROA00000000000000000' },
    }),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    longest: 512,
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('logs', `log-group:${name}:*`, place) } }),
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    longest: 256,
    identify: (name, place) => ({
      ref: arnOf('sns', name, place),
      attributes: { TopicArn: arnOf('sns', name, place), TopicName: name },
    }),
  },
  'AWS::EC2::SecurityGroup': {
    nameProperty: 'GroupName',
    longest: 255,
    identify: () => ({ ref: 'sg-00000000000000000', attributes: { GroupId: 'sg-00000000000000000' } }),
  },
};

/** Of a long name of a stack CloudFormation takes no more into the names that it makes. */
const STACK_CHARACTERS = 24;

/**
 * What a resource is called once it is deployed: the name that the template gives it, else one made of the stack's name
 * and the logical id, or of as much of the two as the service takes. Logical ids differ at their end.
 */
export function physicalIdentity({ logicalId, type, properties, resolve }: Named, place: StackPlace): Identity {
  const kind = KINDS[type];
  if (!kind) return { ref: `${place.stackName}-${logicalId}`, attributes: {} };
  const given = resolve(properties[kind.nameProperty]);
  if (typeof given === 'string') return kind.identify(given, place);
  const stack = place.stackName.slice(0, STACK_CHARACTERS);
  if (kind.beginsWithStack) return kind.identify(`${stack}-${logicalId.slice(stack.length + 1 - kind.longest)}`, place);
  const fitting = [`${place.stackName}-${logicalId}`, logicalId].find((name) => name.length <= kind.longest);
  return kind.identify(fitting ?? logicalId.slice(-kind.longest), place);
}
