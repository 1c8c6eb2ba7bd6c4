import type { Served } from './served.ts';

/** What the wire protocol knows of one call besides its input. */
export interface CallContext {
  /** From the signature's credential scope, e.g. `eu-central-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** From the signature; absent when no client signed the call (in-memory). */
  readonly accessKeyId?: string;
  /** That came with the signature, where it is one of a session. */
  readonly sessionToken?: string;
  readonly requestId: string;
  /** Whether the caller is allowed something besides the call itself; absent where nobody asks for permissions. */
  readonly may?: (action: string, resource: string) => boolean;
}

/**
 * One API action over decoded, SDK-shaped input; gives SDK-shaped output (times as Date, blobs as Uint8Array).
 *
 * The default input `never` lets a list of operations hold functions of any input type: write each as
 * `(input: ListTasksCommandInput, context) => ...`. The schemas fix the shapes but not lengths, patterns or required
 * members, so an operation checks those itself.
 *
 * @throws ServiceFault for every error that the service would answer
 */
export type Operation<Input = never, Output extends object = object> = (
  input: Input,
  context: CallContext,
) => Output | Promise<Output>;

/** One AWS service: its operations by API action name, behind one signing name. */
export interface Service {
  /** The service in the signature's credential scope: route53, ecs, ec2, s3, sqs, events, states, sts. */
  readonly signingName: string;
  /** By API action name, e.g. `ListTasks`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** What of each operation's input is served; anything else is refused by name. */
  readonly served?: Served;
}

/** How a fault travels, besides its code and message. */
export interface FaultDetails {
  /** HTTP status; 400 unless given. */
  readonly statusCode?: number;
  /** Further modelled members of the error, in the SDK's shape, e.g. `{ messages: [...] }`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error that a service answers: `name` is the service's error code, e.g. `NoSuchHostedZone`. */
export class ServiceFault extends Error {
  /** HTTP status of the answer. */
  readonly statusCode: number;
  /** Further modelled members of the error, in the SDK's shape. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = code;
    this.statusCode = details.statusCode ?? 400;
    this.fields = details.fields ?? {};
  }
}
