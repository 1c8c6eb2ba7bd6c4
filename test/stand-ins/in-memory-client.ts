import { Readable } from 'node:stream';
import { sdkStreamMixin } from '@smithy/core/serde';
import { DEFAULT_ACCOUNT } from './protocol.ts';
import { type CallContext, type Service, ServiceFault } from './service.ts';

/** A command of the SDK, as far as the in-memory client needs it. */
export interface InMemoryCommand {
  readonly input: object;
}

/** A call on its way to the service. */
export interface InMemoryCall {
  /** Signing name, e.g. `ecs`. */
  readonly service: string;
  /** API action name, e.g. `ListTasks`. */
  readonly operation: string;
  /** A copy of what the caller sent. */
  readonly input: object;
}

export interface InMemoryOptions<Client> {
  /** The SDK's client class: the result is an instance of it for `instanceof`, so that the SDK's paginators take it. */
  readonly of: { readonly prototype: Client };
  /** Awaited before the service sees the call; may throw in its place. Where a scheduler picks the interleaving. */
  readonly before?: (call: InMemoryCall) => Promise<void>;
  /** Awaited after the service has done its work; may throw, and the answer is lost. */
  readonly after?: (call: InMemoryCall) => Promise<void>;
  readonly context?: Partial<CallContext>;
}

/**
 * An SDK client that runs a service's operations directly: no HTTP, no retries, no real time.
 *
 * Input and output are copied as the wire would do it, so no state leaks. Faults are thrown as the SDK throws them:
 * `name` is the code, `$metadata` carries the status.
 */
export function inMemoryClient<Client extends object>(service: Service, options: InMemoryOptions<Client>): Client {
  const { before, after } = options;
  let requests = 0;
  const send = async (command: InMemoryCommand): Promise<object> => {
    requests += 1;
    const context: CallContext = {
      region: 'us-east-1',
      accountId: DEFAULT_ACCOUNT,
      requestId: `request-${requests}`,
      ...options.context,
    };
    const operation = command.constructor.name.replace(/Command$/, '');
    const call = { service: service.signingName, operation, input: asSent(command.input) };
    await before?.(call);
    const output = await run(service, call, context);
    await after?.(call);
    return { ...output, $metadata: metadata(200, context) };
  };
  return Object.assign(Object.create(options.of.prototype), { send, destroy: () => undefined });
}

async function run({ operations }: Service, { operation, input }: InMemoryCall, context: CallContext): Promise<object> {
  const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  try {
    if (!perform) throw new ServiceFault('NotImplemented', `${operation} is not served here`, { statusCode: 501 });
    return asReceived(await perform(input as never, context));
  } catch (error) {
    throw error instanceof ServiceFault ? asThrown(error, context) : error;
  }
}

function asThrown(fault: ServiceFault, context: CallContext): Error {
  return Object.assign(new Error(fault.message, { cause: fault }), fault.fields, {
    name: fault.name,
    $fault: fault.statusCode < 500 ? 'client' : 'server',
    $metadata: metadata(fault.statusCode, context),
  });
}

function metadata(httpStatusCode: number, { requestId }: CallContext): object {
  return { httpStatusCode, requestId, attempts: 1, totalRetryDelay: 0 };
}

/** Bytes of a top-level `Body` arrive as a stream with the SDK's `transformTo...` methods; all else is copied. */
function asReceived(output: object): object {
  const copy = asSent(output);
  if (!('Body' in copy && copy.Body instanceof Uint8Array)) return copy;
  return { ...copy, Body: sdkStreamMixin(Readable.from([copy.Body], { objectMode: false })) };
}

function asSent<Value extends object>(value: Value): Value;
function asSent(value: unknown): unknown;
function asSent(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => asSent(entry));
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[name];
    if (entry !== undefined) copy[name] = asSent(entry);
  }
  return copy;
}
