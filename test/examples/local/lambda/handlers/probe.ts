import { once } from 'node:events';

let invocations = 0;

class NamedError extends Error {
  override readonly name = 'NamedError';
}

interface Order {
  readonly do: string;
  readonly ms?: number;
}

interface Context {
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Does what a test asks of a function. */
export async function handler(order: Order, context: Context): Promise<unknown> {
  invocations += 1;
  switch (order.do) {
    case 'count':
      return { invocations };
    case 'environment':
      return { ...process.env };
    case 'context':
      return {
        functionName: context.functionName,
        invokedFunctionArn: context.invokedFunctionArn,
        requestIdLength: context.awsRequestId.length,
        remaining: context.getRemainingTimeInMillis(),
      };
    case 'json':
      return { date: new Date(0), gone: undefined, order };
    case 'nothing':
      return undefined;
    case 'throw':
      throw new NamedError('on purpose');
    case 'throw text':
      return Promise.reject('just text');
    case 'print':
      console.log('printed');
      return null;
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, order.ms));
      return { invocations };
    case 'hang':
      return once(process, 'never');
    case 'exit':
      return process.exit(3);
    default:
      return order;
  }
}
