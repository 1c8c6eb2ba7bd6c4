import { nameOf } from '../../../functions/adapters/aws/faults.ts';
import { type Check, expected, faultText, learned } from '../check.ts';
import { until } from '../wait.ts';

export const missingObject: Check = {
  id: 'missing-object',
  asks: 'Is a missing object of the run bucket told from a forbidden one?',
  expected: 'NoSuchKey, and a first run that finds no inventory counts none of it as unreadable',
  seconds: 120,
  locally: true,
  async run({ clients, bucket, stateMachine }) {
    const answer = await clients.s3.getObject({ Bucket: bucket, Key: 'inventory/v0/nothing.json' }).then(
      () => 'an object',
      (fault: unknown) => nameOf(fault),
    );
    const { executions = [] } = await clients.stepFunctions.listExecutions({ stateMachineArn: stateMachine });
    const first = executions.filter(({ status }) => status === 'SUCCEEDED').at(-1)?.executionArn;
    const { output = '' } = await clients.stepFunctions.describeExecution({ executionArn: first ?? '' });
    const unreadable = /unreadable|cannot be read|AccessDenied/.exec(output)?.[0];
    const run = unreadable === undefined ? 'the first run has read all of it' : `the first run says "${unreadable}"`;
    return expected(answer === 'NoSuchKey' && unreadable === undefined, `${answer}; ${run}`);
  },
};

export const receiptHandle: Check = {
  id: 'receipt-handle',
  asks: 'Does a receipt handle that a later receive has replaced still delete its message?',
  expected: 'contested; the code is right both ways',
  seconds: 180,
  locally: true,
  async run({ clients, scratchQueue: QueueUrl }, signal) {
    const { sqs } = clients;
    const body = `receipt-${Date.now()}`;
    await sqs.sendMessage({ QueueUrl, MessageBody: body });
    const receive = (VisibilityTimeout: number) =>
      until(
        async () => {
          const { Messages = [] } = await sqs.receiveMessage({
            QueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout,
            WaitTimeSeconds: 1,
          });
          return Messages.find(({ Body }) => Body === body)?.ReceiptHandle;
        },
        { every: 0.2, signal },
      );
    const first = await receive(0);
    const second = await receive(5);
    const answer = await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first }).then(
      () => 'accepted',
      (fault: unknown) => faultText(fault),
    );
    const back = await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle: second, VisibilityTimeout: 0 }).then(
      () => 'is still there',
      (fault: unknown) => `is gone (${faultText(fault)})`,
    );
    if (back === 'is still there') await sqs.deleteMessage({ QueueUrl, ReceiptHandle: second });
    return learned(`the old handle was ${answer === 'accepted' ? 'accepted' : 'refused'}, the message ${back}`, [
      answer,
    ]);
  },
};
