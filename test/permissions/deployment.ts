import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { TemplateResource, Template as TemplateShape } from '../../examples/local/template/cloudformation.ts';
import { type Deployment, readDeployment } from '../../examples/local/template/deployment.ts';
import { START_RUN, STEPS } from '../../infra/steps.ts';
import { discover, type PropsFrom } from '../infra/synthesized.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { OWNER, STATE_MACHINE, type StepName, ZONE_ID } from '../support/world.ts';

/** A deployment as a world has it: synthesized with these props, its functions told by their steps. */
export interface Deployed {
  readonly name: string;
  readonly deployment: Deployment;
  readonly functionOf: (step: StepName) => { readonly name: string; readonly arn: string };
  /** What the functions' environment has besides, in a world. */
  readonly variables: Readonly<Record<string, string>>;
}

const CLUSTERS = ['main', 'far'];
const clusterArn = (name: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${name}`;

const EVERYTHING = {
  CLUSTERS: CLUSTERS.map(clusterArn).join(),
  NEGATIVE_TTL: '5',
  ON_UNHEALTHY: 'deregister-and-stop',
  ON_DRAINING: 'deregister',
  ECS_ANYWHERE: 'true',
  ADDRESS_FAMILY: 'ipv4',
};

/** As few props as can be, and as many as grant something. */
export const DEPLOYMENTS: readonly { readonly name: string; readonly make: () => Deployed }[] = [
  { name: 'every cluster', make: () => deployed('every cluster', {}, () => ({})) },
  {
    name: 'everything on',
    make: () =>
      deployed('everything on', EVERYTHING, ({ stack }) => ({
        clusters: CLUSTERS.map((name) => ecs.Cluster.fromClusterArn(stack, name, clusterArn(name))),
        onUnhealthy: 'deregister-and-stop',
        onDraining: 'deregister',
        ecsAnywhere: true,
        addressFamily: 'ipv4',
        negativeTtl: Duration.seconds(5),
        tracingEnabled: true,
      })),
  },
];

export function deployed(name: string, variables: Readonly<Record<string, string>>, props: PropsFrom): Deployed {
  const { synth } = discover((around) => ({
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(around.stack, 'OfTheWorld', {
      hostedZoneId: ZONE_ID,
      zoneName: 'shop.internal',
    }),
    ...props(around),
  }));
  const queueUrl = (queue: string) => `http://127.0.0.1/${ACCOUNT}/${queue}`;
  const place = { region: REGION, accountId: ACCOUNT, queueUrl };
  const deployment = asWorlds(
    readDeployment({ name: 'Shop', template: named(synth().toJSON() as TemplateShape) }, place),
  );
  const functionOf = (step: StepName) => {
    const { entry } = step === 'StartRun' ? START_RUN : STEPS[step];
    const found = deployment.functions.find((one) => one.entry === entry);
    if (!found) throw new Error(`no function of the template has ${entry}`);
    return found;
  };
  return { name, deployment, functionOf, variables };
}

/** Whoever may start the state machine may start that of worlds; its own name stays, since its role trusts only such. */
function asWorlds(deployment: Deployment): Deployment {
  const { permissions, stateMachine } = deployment;
  const roles = permissions.roles.map((role) => ({
    ...role,
    policies: JSON.parse(JSON.stringify(role.policies).replaceAll(stateMachine.arn, STATE_MACHINE)),
  }));
  return { ...deployment, permissions: { ...permissions, roles } };
}

/** With the names that worlds give to bucket and queues. */
function named(template: TemplateShape): TemplateShape {
  const Resources = Object.entries(template.Resources).map(([id, resource]): [string, TemplateResource] => {
    const names: Readonly<Record<string, object>> = {
      'AWS::S3::Bucket': { BucketName: 'runs' },
      'AWS::SQS::Queue': { QueueName: `${OWNER}-events${/DeadLetter/.test(id) ? '-dead' : ''}` },
    };
    return [id, { ...resource, Properties: { ...resource.Properties, ...names[resource.Type] } }];
  });
  return { ...template, Resources: Object.fromEntries(Resources) };
}
