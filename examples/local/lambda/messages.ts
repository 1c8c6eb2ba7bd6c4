/** What the host asks of a sandbox, and what it answers: JSON texts, as on the wire of the Lambda runtime API. */

/** What a sandbox is started with. */
export interface SandboxData {
  /** URL of the handler's module. */
  readonly entry: string;
  readonly functionArn: string;
}

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** What a sandbox reports once its module is loaded, and after each invocation. */
export type SandboxReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unloadable'; readonly error: LambdaError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: LambdaError };

/** The body of a failed invocation, as Node.js functions report it. */
export interface LambdaError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}
