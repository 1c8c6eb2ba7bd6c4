/** What of EventBridge is served (`Served`): rules with patterns on the default bus, without tags, schedules and traces. */
export const EVENTS_SERVED = {
  PutEvents: 'Entries{Time Source Resources DetailType Detail EventBusName}',
  PutRule: 'Name EventPattern State=ENABLED,DISABLED Description EventBusName',
  DescribeRule: 'Name EventBusName',
  ListRules: 'NamePrefix EventBusName NextToken Limit',
  EnableRule: 'Name EventBusName',
  DisableRule: 'Name EventBusName',
  DeleteRule: 'Name EventBusName Force=false',
  PutTargets: 'Rule EventBusName Targets{Id Arn Input InputPath InputTransformer DeadLetterConfig RetryPolicy}',
  RemoveTargets: 'Rule Ids EventBusName Force=false',
  ListTargetsByRule: 'Rule EventBusName NextToken Limit',
  TestEventPattern: 'EventPattern Event',
} as const;
