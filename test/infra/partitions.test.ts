import { describe, expect, it } from 'vitest';
import { discover, ofType, resourcesOf } from './synthesized.ts';

const PLACES = [
  { partition: 'aws', region: 'eu-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
];

describe.each(PLACES)('in $partition', ({ partition, region }) => {
  const template = discover(() => ({ onUnhealthy: 'deregister-and-stop' }), {
    stackProps: { env: { account: '123456789012', region } },
  }).synth();
  const text = JSON.stringify(template.toJSON());

  it('the template has all that it has elsewhere', () => {
    const types = (of: typeof template) => Object.values(resourcesOf(of)).map(({ Type }) => Type);

    expect(types(template).sort()).toEqual(types(discover().synth()).sort());
  });

  it('no ARN names another partition', () => {
    const named = [...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found);

    expect(named.filter((one) => one !== partition)).toEqual([]);
  });

  it('services are asked for by names that hold in every partition', () => {
    const principals = ofType(template, 'AWS::IAM::Role').flatMap(({ Properties }) => {
      const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: { Principal: { Service: unknown } }[] };
      return Statement.map(({ Principal }) => Principal.Service);
    });

    expect(new Set(principals)).toEqual(
      new Set(['lambda.amazonaws.com', 'states.amazonaws.com', 'scheduler.amazonaws.com']),
    );
  });
});
