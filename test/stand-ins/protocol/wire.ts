import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceFault } from '../service.ts';
import type { OperationShape } from './schemas.ts';

/** One HTTP request, read to its end. */
export interface HttpCall {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** One HTTP response. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a request asks for. */
export interface ReadCall {
  readonly operation: OperationShape;
  /** Decoded by the operation's schema, in the SDK's shape. */
  readonly input: object;
}

/** One protocol of one service, both ways. */
export interface Wire {
  /** @throws ServiceFault as the service answers to an unknown operation or a malformed request */
  read(call: HttpCall): ReadCall;
  write(operation: OperationShape, output: object, requestId: string): HttpAnswer;
  /** The fault in the protocol's own envelope; `method` because HEAD is answered without a body. */
  fault(fault: ServiceFault, requestId: string, method: string): HttpAnswer;
}
