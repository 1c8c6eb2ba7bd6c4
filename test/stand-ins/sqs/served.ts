const MESSAGE = 'MessageBody DelaySeconds MessageAttributes*{DataType StringValue BinaryValue} MessageDeduplicationId';

/** What of SQS is served (`Served`): standard queues of one account, without tags, groups and traces. */
export const SQS_SERVED = {
  CreateQueue: 'QueueName Attributes',
  GetQueueUrl: 'QueueName',
  ListQueues: 'QueueNamePrefix NextToken MaxResults',
  DeleteQueue: 'QueueUrl',
  GetQueueAttributes: 'QueueUrl AttributeNames',
  SetQueueAttributes: 'QueueUrl Attributes',
  SendMessage: `QueueUrl ${MESSAGE}`,
  SendMessageBatch: `QueueUrl Entries{Id ${MESSAGE}}`,
  ReceiveMessage:
    'QueueUrl AttributeNames MessageSystemAttributeNames MessageAttributeNames MaxNumberOfMessages VisibilityTimeout ' +
    'WaitTimeSeconds',
  DeleteMessage: 'QueueUrl ReceiptHandle',
  DeleteMessageBatch: 'QueueUrl Entries{Id ReceiptHandle}',
  ChangeMessageVisibility: 'QueueUrl ReceiptHandle VisibilityTimeout',
  ChangeMessageVisibilityBatch: 'QueueUrl Entries{Id ReceiptHandle VisibilityTimeout}',
  PurgeQueue: 'QueueUrl',
} as const;
