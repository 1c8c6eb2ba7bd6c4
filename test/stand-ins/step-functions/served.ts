/** What of Step Functions is served (`Served`): one version of each machine, no logs, keys, tags or traces. */
export const STATES_SERVED = {
  CreateStateMachine: 'name definition roleArn type publish=false',
  UpdateStateMachine: 'stateMachineArn definition roleArn publish=false',
  DescribeStateMachine: 'stateMachineArn includedData=ALL_DATA',
  ListStateMachines: 'maxResults nextToken',
  DeleteStateMachine: 'stateMachineArn',
  StartExecution: 'stateMachineArn name input',
  StopExecution: 'executionArn error cause',
  DescribeExecution: 'executionArn includedData=ALL_DATA',
  ListExecutions: 'stateMachineArn statusFilter=RUNNING,SUCCEEDED,FAILED,TIMED_OUT,ABORTED maxResults nextToken',
  GetExecutionHistory: 'executionArn maxResults reverseOrder nextToken includeExecutionData',
} as const;
