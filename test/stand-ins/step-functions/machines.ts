import type {
  CreateStateMachineCommandInput,
  CreateStateMachineOutput,
  DeleteStateMachineCommandInput,
  DescribeStateMachineCommandInput,
  DescribeStateMachineOutput,
  ListStateMachinesCommandInput,
  ListStateMachinesOutput,
  UpdateStateMachineCommandInput,
  UpdateStateMachineOutput,
} from '@aws-sdk/client-sfn';
import { ServiceFault } from '../service.ts';
import { uuid } from '../uuid.ts';
import { type Definition, DefinitionError, readDefinition } from './definition.ts';
import { checkArn, checkName, type Listed, type Place, page } from './requests.ts';

/** Bytes of a definition, hard (service-quotas page of Step Functions). */
export const MAX_DEFINITION_BYTES = 1_048_576;

export interface StateMachine extends Listed {
  readonly arn: string;
  readonly name: string;
  /** The text as it was given, and what it says. */
  readonly text: string;
  readonly definition: Definition;
  readonly roleArn: string;
  readonly creationDate: Date;
  readonly revisionId: string | undefined;
}

interface Settings extends Place {
  readonly now: () => number;
  readonly random: () => number;
}

/** The state machines of one account and Region, all of them standard. */
export class Machines {
  readonly #settings: Settings;
  readonly #byArn = new Map<string, StateMachine>();
  #sequence = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws ServiceFault InvalidArn, StateMachineDoesNotExist */
  get(arn: string | undefined): StateMachine {
    const found = this.#byArn.get(checkArn(arn, 'stateMachine'));
    if (found) return found;
    throw new ServiceFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  readonly create = (input: CreateStateMachineCommandInput): CreateStateMachineOutput => {
    const { region, accountId, now } = this.#settings;
    const name = checkName(input.name);
    if (input.type !== undefined && input.type !== 'STANDARD') {
      throw new ServiceFault('StateMachineTypeNotSupported', `type ${input.type} is not run here, only STANDARD`);
    }
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    const text = input.definition ?? '';
    const known = this.#byArn.get(arn);
    if (known && known.text !== text) {
      throw new ServiceFault('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    // Created again as it is: the same answer, whatever the role (the API's idempotency rule).
    const machine = known ?? {
      arn,
      name,
      text,
      definition: definitionOf(text),
      roleArn: checkRole(input.roleArn),
      creationDate: new Date(now()),
      revisionId: undefined,
      sequence: ++this.#sequence,
    };
    this.#byArn.set(arn, machine);
    return { stateMachineArn: arn, creationDate: machine.creationDate };
  };

  /** What already runs goes on with the definition that it started with. */
  readonly update = (input: UpdateStateMachineCommandInput): UpdateStateMachineOutput => {
    const { now, random } = this.#settings;
    const machine = this.get(input.stateMachineArn);
    if (input.definition === undefined && input.roleArn === undefined) {
      throw new ServiceFault('MissingRequiredParameter', 'either the definition, the role ARN or both must be given');
    }
    const text = input.definition ?? machine.text;
    const revisionId = uuid(random);
    this.#byArn.set(machine.arn, {
      ...machine,
      text,
      definition: input.definition === undefined ? machine.definition : definitionOf(text),
      roleArn: input.roleArn === undefined ? machine.roleArn : checkRole(input.roleArn),
      revisionId,
    });
    return { updateDate: new Date(now()), revisionId };
  };

  readonly describe = (input: DescribeStateMachineCommandInput): DescribeStateMachineOutput => {
    const { arn, name, text, roleArn, creationDate, revisionId } = this.get(input.stateMachineArn);
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition: text,
      roleArn,
      type: 'STANDARD',
      creationDate,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      ...(revisionId !== undefined && { revisionId }),
    };
  };

  readonly list = (input: ListStateMachinesCommandInput): ListStateMachinesOutput => {
    const order = { question: 'ListStateMachines', newestFirst: true };
    const { items, ...rest } = page([...this.#byArn.values()], input, order);
    const stateMachines = items.map(({ arn, name, creationDate }) => ({
      stateMachineArn: arn,
      name,
      type: 'STANDARD' as const,
      creationDate,
    }));
    return { stateMachines, ...rest };
  };

  /** What is not there counts as deleted, as in the service. */
  readonly delete = (input: DeleteStateMachineCommandInput): object => {
    this.#byArn.delete(checkArn(input.stateMachineArn, 'stateMachine'));
    return {};
  };
}

function definitionOf(text: string): Definition {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DEFINITION_BYTES) {
    throw new ServiceFault(
      'InvalidDefinition',
      `the definition has ${bytes} bytes, allowed are ${MAX_DEFINITION_BYTES}`,
    );
  }
  try {
    return readDefinition(text);
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause;
    throw new ServiceFault('InvalidDefinition', `Invalid State Machine Definition: '${cause.message}'`, { cause });
  }
}

function checkRole(arn: string | undefined): string {
  if (arn && /^arn:[^:]+:iam::\d{12}:role\/.+$/.test(arn)) return arn;
  throw new ServiceFault('InvalidArn', `Invalid Role Arn: '${arn}'`);
}
