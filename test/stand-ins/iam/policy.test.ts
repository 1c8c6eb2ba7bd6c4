import { describe, expect, it } from 'vitest';
import type { Keys } from './patterns.ts';
import { type Condition, type Principal, readPolicy, type Statement, wordOf, wordTo } from './policy.ts';

const request = (action: string, resource: string, keys: Keys = {}) => ({ action, resource, keys });
const allow = (fields: Partial<Statement>): Statement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...fields });

describe('actions and resources', () => {
  it.each([
    { Action: 's3:GetObject', action: 's3:GetObject', word: 'allow' },
    { Action: 's3:getobject', action: 's3:GetObject', word: 'allow' },
    { Action: 's3:Get*', action: 's3:GetObject', word: 'allow' },
    { Action: 's3:?etObject', action: 's3:GetObject', word: 'allow' },
    { Action: ['s3:PutObject', 's3:GetObject'], action: 's3:GetObject', word: 'allow' },
    { Action: '*', action: 'sqs:SendMessage', word: 'allow' },
    { Action: 's3:GetObject', action: 's3:GetObjectAcl', word: undefined },
    { Action: 's3:Get', action: 's3:GetObject', word: undefined },
    { Action: 's3.GetObject', action: 's3:GetObject', word: undefined },
  ])('$Action and $action: $word', ({ Action, action, word }) => {
    expect(wordOf(allow({ Action }), request(action, 'any'))).toBe(word);
  });

  it.each([
    { Resource: 'arn:aws:s3:::b/runs/*', resource: 'arn:aws:s3:::b/runs/1/plan.json', word: 'allow' },
    { Resource: 'arn:aws:s3:::b/runs/*', resource: 'arn:aws:s3:::b/held/1', word: undefined },
    { Resource: 'arn:aws:s3:::b', resource: 'arn:aws:s3:::b/runs/1', word: undefined },
    { Resource: ['arn:a', 'arn:b'], resource: 'arn:b', word: 'allow' },
    { Resource: 'arn:aws:sqs:eu-west-1:1:shop-*-dead', resource: 'arn:aws:sqs:eu-west-1:1:shop-a-dead', word: 'allow' },
    { Resource: 'arn:aws:sqs:eu-west-1:1:shop-*-dead', resource: 'arn:aws:sqs:eu-west-1:1:shop-a', word: undefined },
    { Resource: 'arn:aws:sqs:*:shop', resource: 'arn:aws:sqs:eu-west-1:1:shop', word: undefined },
    { Resource: 'arn:aws:states:eu-west-1:1:*:a', resource: 'arn:aws:states:eu-west-1:1:execution:m:a', word: 'allow' },
    { Resource: 'arn:aws:ecs:*:*:task/shop/*', resource: 'arn:aws:ecs:eu-west-1:1:task/shop/a', word: 'allow' },
    { Resource: 'arn:aws:ecs:eu-west-1:1:task/*', resource: '*', word: undefined },
    { Resource: '*', resource: '*', word: 'allow' },
    { Resource: 'ARN:B', resource: 'arn:b', word: undefined },
  ])('$Resource and $resource: $word', ({ Resource, resource, word }) => {
    expect(wordOf(allow({ Resource }), request('a:B', resource))).toBe(word);
  });
});

describe('conditions', () => {
  const types = 'route53:ChangeResourceRecordSetsRecordTypes';
  const prefix = 's3:prefix';
  it.each<{ condition: Condition; keys: Keys; holds: boolean }>([
    { condition: { StringEquals: { 'events:source': 'ours' } }, keys: { 'events:source': 'ours' }, holds: true },
    { condition: { StringEquals: { 'events:source': ['a', 'ours'] } }, keys: { 'events:source': 'ours' }, holds: true },
    { condition: { StringEquals: { 'events:source': 'ours' } }, keys: { 'events:source': 'Ours' }, holds: false },
    { condition: { StringEquals: { 'EVENTS:Source': 'ours' } }, keys: { 'events:source': 'ours' }, holds: true },
    { condition: { StringEquals: { 'events:source': 'ours' } }, keys: {}, holds: false },
    { condition: { StringNotEquals: { 'events:source': 'ours' } }, keys: {}, holds: true },
    { condition: { StringNotEquals: { 'events:source': 'ours' } }, keys: { 'events:source': 'ours' }, holds: false },
    { condition: { StringLike: { [prefix]: 'runs/*' } }, keys: { [prefix]: 'runs/1' }, holds: true },
    { condition: { StringLike: { [prefix]: 'runs/*' } }, keys: {}, holds: false },
    { condition: { StringLikeIfExists: { [prefix]: 'runs/*' } }, keys: {}, holds: true },
    { condition: { StringLikeIfExists: { [prefix]: 'runs/*' } }, keys: { [prefix]: 'held/' }, holds: false },
    {
      condition: { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:1:cluster/*' } },
      keys: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:1:cluster/shop' },
      holds: true,
    },
    {
      condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:1:stateMachine:shop-*' } },
      keys: { 'aws:SourceArn': 'arn:aws:states:eu-west-1:1:stateMachine:shop-a' },
      holds: true,
    },
    {
      condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:*' } },
      keys: { 'aws:SourceArn': 'arn:aws:states:eu-west-1:1:stateMachine:a' },
      holds: false,
    },
    { condition: { Bool: { 'aws:SecureTransport': 'false' } }, keys: { 'aws:SecureTransport': 'true' }, holds: false },
    { condition: { Bool: { 'aws:SecureTransport': true } }, keys: { 'aws:SecureTransport': 'true' }, holds: true },
    { condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } }, keys: { 's3:TlsVersion': '1.3' }, holds: false },
    { condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } }, keys: { 's3:TlsVersion': '1.0' }, holds: true },
    { condition: { 'ForAllValues:StringEquals': { [types]: ['A', 'SRV'] } }, keys: { [types]: ['A'] }, holds: true },
    { condition: { 'ForAllValues:StringEquals': { [types]: ['A'] } }, keys: { [types]: ['A', 'NS'] }, holds: false },
    { condition: { 'ForAllValues:StringEquals': { [types]: ['A'] } }, keys: {}, holds: true },
    { condition: { 'ForAnyValue:StringEquals': { [types]: ['A'] } }, keys: { [types]: ['A', 'NS'] }, holds: true },
    { condition: { 'ForAnyValue:StringEquals': { [types]: ['A'] } }, keys: {}, holds: false },
    {
      condition: { StringEquals: { 'events:source': 'ours' }, StringLike: { [prefix]: 'a' } },
      keys: { 'events:source': 'ours', [prefix]: 'b' },
      holds: false,
    },
  ])('$condition of $keys holds: $holds', ({ condition, keys, holds }) => {
    expect(wordOf(allow({ Condition: condition }), request('a:B', 'any', keys)) === 'allow').toBe(holds);
  });
});

describe('principals of a resource’s policy', () => {
  const role: Principal = { roleArn: 'arn:aws:iam::1:role/a' };
  const service: Principal = { service: 'events.amazonaws.com' };
  it.each<{ about: Statement['Principal']; who: Principal; told: boolean }>([
    { about: '*', who: role, told: true },
    { about: { AWS: '*' }, who: service, told: true },
    { about: { AWS: 'arn:aws:iam::1:role/a' }, who: role, told: true },
    { about: { AWS: 'arn:aws:iam::1:role/b' }, who: role, told: false },
    { about: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] }, who: service, told: true },
    { about: { Service: 'events.amazonaws.com' }, who: role, told: false },
    { about: undefined, who: role, told: false },
  ])('$about and $who: $told', ({ about, who, told }) => {
    const statement = allow(about === undefined ? {} : { Principal: about });

    expect(wordTo(who, statement, request('a:B', 'any')) === 'allow').toBe(told);
  });
});

describe('what is not evaluated', () => {
  it.each<{ statement: object; why: string }>([
    { statement: { NotAction: 's3:*' }, why: 'NotAction of a policy statement is not evaluated here' },
    { statement: { NotResource: 'arn' }, why: 'NotResource of a policy statement' },
    { statement: { NotPrincipal: '*' }, why: 'NotPrincipal of a policy statement' },
    { statement: { Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } }, why: 'operator DateLessThan' },
    { statement: { Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } }, why: 'key aws:RequestedRegion' },
    {
      statement: { Condition: { ArnLike: { 'aws:PrincipalOrgID': 'arn:aws:iam::1:role/a' } } },
      why: 'key aws:PrincipalOrgID',
    },
    { statement: { Condition: { Null: { 's3:prefix': 'true' } } }, why: 'operator Null' },
    {
      statement: { Condition: { StringEqualsIgnoreCase: { 's3:prefix': 'a' } } },
      why: 'operator StringEqualsIgnoreCase',
    },
    { statement: { Condition: { 'ForSomeValues:StringLike': { 's3:prefix': 'a' } } }, why: 'ForSomeValues:StringLike' },
    { statement: { Condition: { stringEquals: { 's3:prefix': 'a' } } }, why: 'operator stringEquals' },
    { statement: { Resource: ['a', 'arn:aws:s3:::b/${aws:userid}/*'] }, why: 'policy variable ${aws:userid}' },
    {
      statement: { Condition: { StringLike: { 's3:prefix': '${aws:userid}/*' } } },
      why: 'policy variable ${aws:userid}',
    },
    { statement: { Resource: undefined }, why: 'a statement of a role policy needs a Resource' },
    { statement: { Principal: '*' }, why: 'a statement of a role policy has no Principal' },
  ])('$statement is refused by name', ({ statement, why }) => {
    expect(() => readPolicy({ Statement: [allow(statement)] }, 'role')).toThrow(why);
  });

  it.each([
    { kind: 'trust', statement: {}, why: 'a statement of a trust policy needs a Principal' },
    { kind: 'trust', statement: { Principal: '*' }, why: 'a statement of a trust policy has no Resource' },
    { kind: 'resource', statement: {}, why: 'a statement of a resource policy needs a Principal' },
    {
      kind: 'resource',
      statement: { Principal: { AWS: 'arn:aws:iam::1:root' } },
      why: 'principal AWS arn:aws:iam::1:root',
    },
    { kind: 'resource', statement: { Principal: { AWS: ['*', '123456789012'] } }, why: 'principal AWS 123456789012' },
    { kind: 'resource', statement: { Principal: { Federated: 'a' } }, why: 'principal Federated a' },
  ] as const)('$statement of a $kind policy is refused', ({ kind, statement, why }) => {
    expect(() => readPolicy({ Statement: allow(statement) }, kind)).toThrow(why);
  });
});
