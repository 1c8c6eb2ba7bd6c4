import { describe, expect, it } from 'vitest';
import {
  type StackPlace,
  type Template,
  TemplateError,
  templateResolver,
} from '../../../../examples/local/template/cloudformation.ts';

const place: StackPlace = {
  region: 'eu-west-1',
  accountId: '123456789012',
  stackName: 'Demo',
  parameters: { ZoneId: 'Z1', Subnets: 'subnet-1, subnet-2' },
  queueUrl: (name) => `http://127.0.0.1:4600/123456789012/${name}`,
};

const template: Template = {
  Parameters: {
    ZoneId: { Type: 'AWS::Route53::HostedZone::Id' },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' },
    Level: { Type: 'String', Default: 'info' },
    Count: { Type: 'Number', Default: 3 },
    Missing: { Type: 'String' },
  },
  Mappings: { Sizes: { 'eu-west-1': { small: 128 } } },
  Conditions: {
    Verbose: { 'Fn::Equals': [{ Ref: 'Level' }, 'debug'] },
    Quiet: { 'Fn::Not': [{ Condition: 'Verbose' }] },
    Both: { 'Fn::And': [{ Condition: 'Verbose' }, { Condition: 'Quiet' }] },
    Either: { 'Fn::Or': [{ Condition: 'Verbose' }, { Condition: 'Quiet' }] },
  },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    NamedQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'events-${Level}' } } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Machine: { Type: 'AWS::StepFunctions::StateMachine' },
    Function: { Type: 'AWS::Lambda::Function', Metadata: { entry: 'functions/a.ts' } },
    Noisy: { Type: 'AWS::Lambda::Function', Condition: 'Verbose' },
    Role: { Type: 'AWS::IAM::Role' },
    Other: { Type: 'Custom::Thing' },
    [`Long${'x'.repeat(70)}End`]: { Type: 'AWS::Lambda::Function' },
    Circle: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Circle', 'QueueName'] } } },
  },
};
const { resolve, condition, resources } = templateResolver(template, place);

describe('the intrinsic functions', () => {
  it.each([
    { row: 'a plain value', value: { a: [1, true, null, 'x'] }, gives: { a: [1, true, null, 'x'] } },
    { row: 'Ref of a pseudo parameter', value: { Ref: 'AWS::Region' }, gives: 'eu-west-1' },
    { row: 'Ref of a given parameter', value: { Ref: 'ZoneId' }, gives: 'Z1' },
    { row: 'Ref of a default', value: { Ref: 'Level' }, gives: 'info' },
    { row: 'Ref of a number', value: { Ref: 'Count' }, gives: '3' },
    { row: 'Ref of a list', value: { Ref: 'Subnets' }, gives: ['subnet-1', 'subnet-2'] },
    { row: 'Ref of a queue', value: { Ref: 'Queue' }, gives: 'http://127.0.0.1:4600/123456789012/Demo-Queue' },
    { row: 'Ref of a bucket', value: { Ref: 'Bucket' }, gives: 'demo-bucket' },
    {
      row: 'Ref of a state machine',
      value: { Ref: 'Machine' },
      gives: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Demo-Machine',
    },
    { row: 'Ref of a type without rules', value: { Ref: 'Other' }, gives: 'Demo-Other' },
    {
      row: 'GetAtt as a list',
      value: { 'Fn::GetAtt': ['Function', 'Arn'] },
      gives: 'arn:aws:lambda:eu-west-1:123456789012:function:Demo-Function',
    },
    { row: 'GetAtt as text', value: { 'Fn::GetAtt': 'Role.Arn' }, gives: 'arn:aws:iam::123456789012:role/Demo-Role' },
    {
      row: 'GetAtt of a name that the template gives',
      value: { 'Fn::GetAtt': ['NamedQueue', 'Arn'] },
      gives: 'arn:aws:sqs:eu-west-1:123456789012:events-info',
    },
    {
      row: 'Join',
      value: { 'Fn::Join': ['/', [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }, 'demo']] },
      gives: '123456789012/eu-west-1/demo',
    },
    { row: 'Join of a list parameter', value: { 'Fn::Join': ['|', { Ref: 'Subnets' }] }, gives: 'subnet-1|subnet-2' },
    {
      row: 'Sub with resources and attributes',
      value: { 'Fn::Sub': '${AWS::Partition} ${ZoneId} ${Function.Arn} ${!Kept}' },
      gives: 'aws Z1 arn:aws:lambda:eu-west-1:123456789012:function:Demo-Function ${Kept}',
    },
    {
      row: 'Sub with its own variables first',
      value: { 'Fn::Sub': ['${Level}-${Mine}', { Level: 'own', Mine: { Ref: 'ZoneId' } }] },
      gives: 'own-Z1',
    },
    { row: 'Select', value: { 'Fn::Select': [1, { Ref: 'Subnets' }] }, gives: 'subnet-2' },
    { row: 'Split', value: { 'Fn::Split': [':', 'a:b'] }, gives: ['a', 'b'] },
    { row: 'FindInMap', value: { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, gives: 128 },
    { row: 'Base64', value: { 'Fn::Base64': { Ref: 'Level' } }, gives: 'aW5mbw==' },
    { row: 'If that holds', value: { 'Fn::If': ['Quiet', { Ref: 'Level' }, 'no'] }, gives: 'info' },
    { row: 'If that does not hold', value: { 'Fn::If': ['Verbose', 'yes', { Ref: 'ZoneId' }] }, gives: 'Z1' },
    {
      row: 'NoValue in an object and in a list',
      value: { gone: { Ref: 'AWS::NoValue' }, list: ['a', { 'Fn::If': ['Verbose', 'b', { Ref: 'AWS::NoValue' }] }] },
      gives: { list: ['a'] },
    },
    { row: 'an object with one key of its own', value: { Ref2: 'x' }, gives: { Ref2: 'x' } },
    { row: 'an object with Ref among others', value: { Ref: 'x', b: 1 }, gives: { Ref: 'x', b: 1 } },
  ])('$row', ({ value, gives }) => {
    expect(resolve(value)).toEqual(gives);
  });

  it.each([
    { name: 'Verbose', holds: false },
    { name: 'Quiet', holds: true },
    { name: 'Both', holds: false },
    { name: 'Either', holds: true },
  ])('condition $name is $holds', ({ name, holds }) => {
    expect(condition(name)).toBe(holds);
  });

  it.each([
    { row: 'a parameter without a value', value: { Ref: 'Missing' }, says: /"Missing" has no default/ },
    { row: 'an unknown name', value: { Ref: 'Nobody' }, says: /names "Nobody", which is no resource/ },
    { row: 'an unknown attribute', value: { 'Fn::GetAtt': ['Queue', 'Colour'] }, says: /"Queue" for "Colour"/ },
    { row: 'a function that is not evaluated', value: { 'Fn::GetAZs': '' }, says: /Fn::GetAZs is not evaluated here/ },
    { row: 'an unknown condition', value: { 'Fn::If': ['Maybe', 1, 2] }, says: /condition "Maybe"/ },
    { row: 'an item beyond the list', value: { 'Fn::Select': [9, ['a']] }, says: /item 9 of 1/ },
    { row: 'a text where a list must stand', value: { 'Fn::Join': ['', 'a'] }, says: /where a list must stand/ },
    { row: 'an object where a text must stand', value: { 'Fn::Join': ['', [{}]] }, says: /where a text must stand/ },
    { row: 'nothing in the map', value: { 'Fn::FindInMap': ['Sizes', 'x', 'small'] }, says: /at Sizes.x.small/ },
    { row: 'a name that leads back to itself', value: { Ref: 'Circle' }, says: /leads back to itself/ },
  ])('refuses $row', ({ value, says }) => {
    expect(() => resolve(value)).toThrow(TemplateError);
    expect(() => resolve(value)).toThrow(says);
  });
});

describe('resources', () => {
  it('are those of a type that the conditions let exist, with their metadata', () => {
    const functions = resources('AWS::Lambda::Function');

    expect(functions.map(({ logicalId }) => logicalId)).not.toContain('Noisy');
    expect(functions.find(({ logicalId }) => logicalId === 'Function')).toEqual({
      logicalId: 'Function',
      ref: 'Demo-Function',
      arn: 'arn:aws:lambda:eu-west-1:123456789012:function:Demo-Function',
      properties: {},
      metadata: { entry: 'functions/a.ts' },
    });
  });

  it('have names as long as their service takes, and end as their logical id ends', () => {
    const [long] = resources('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith('Long'));

    expect(long?.ref).toHaveLength(64);
    expect(long?.ref).toMatch(/xEnd$/);
  });
});
