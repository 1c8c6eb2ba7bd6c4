import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { afterAll } from 'vitest';
import { ServiceDiscovery, type ServiceDiscoveryProps } from '../../infra/index.ts';

/** Nothing is bundled: the template is what these tests are about. */
export const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };
/** What `cdk synth` of this repository gives an app. */
export const CDK_JSON: Readonly<Record<string, unknown>> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

export const ZONE_ID = 'Z0123456789ABCDEFGHIJ';
export const VPC_ID = 'vpc-0123456789abcdef0';
export const SUBNET_IDS = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];

/** The CDK's own validation takes most of a synth's time; `stack.test.ts` has a test that runs it. */
process.env.CDK_VALIDATION = 'false';

const assemblies = mkdtempSync(join(tmpdir(), 'assemblies-'));
afterAll(() => rmSync(assemblies, { recursive: true, force: true }));

/** An app whose assembly does not outlive the tests. */
export const testApp = (context: Readonly<Record<string, unknown>> = {}): App =>
  new App({ outdir: mkdtempSync(join(assemblies, 'app-')), context: { ...context, ...UNBUNDLED } });

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Surroundings {
  readonly stack: Stack;
  readonly hostedZone: route53.IHostedZone;
  readonly vpc: ec2.IVpc;
}

export function surroundings(
  stackProps: StackProps = {},
  context: Readonly<Record<string, unknown>> = {},
): Surroundings {
  const stack = new Stack(testApp(context), 'Shop', stackProps);
  return {
    stack,
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: ZONE_ID,
      zoneName: 'shop.internal',
    }),
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: VPC_ID,
      availabilityZones: ['a', 'b'],
      privateSubnetIds: SUBNET_IDS,
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    }),
  };
}

export type PropsFrom = (around: Surroundings) => Partial<ServiceDiscoveryProps>;

/** One construct in a stack, with a zone and a VPC unless the props say otherwise. */
export function discover(
  props: PropsFrom = () => ({}),
  { stackProps = {}, context = {} }: { stackProps?: StackProps; context?: Readonly<Record<string, unknown>> } = {},
) {
  const around = surroundings(stackProps, context);
  const { stack, hostedZone, vpc } = around;
  const discovery = new ServiceDiscovery(stack, 'Discovery', { hostedZone, vpc, ...props(around) });
  return { ...around, discovery, synth: () => Template.fromStack(stack) };
}

export const resourcesOf = (template: Template): Readonly<Record<string, Resource>> => template.toJSON().Resources;

export function ofType(template: Template, type: string): readonly (Resource & { readonly id: string })[] {
  return Object.entries(resourcesOf(template)).flatMap(([id, resource]) =>
    resource.Type === type ? [{ id, ...resource }] : [],
  );
}

export function only(template: Template, type: string): Resource & { readonly id: string } {
  const [first, ...others] = ofType(template, type);
  if (!first || others.length > 0) throw new Error(`want one ${type}, got ${first ? others.length + 1 : 0}`);
  return first;
}

export interface LambdaFunction {
  readonly id: string;
  readonly entry: string;
  readonly timeout: number;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Our functions by their handler's file name, like `read-trigger`; the CDK's own ones name no entry. */
export function functionsOf(template: Template): ReadonlyMap<string, LambdaFunction> {
  return new Map(
    ofType(template, 'AWS::Lambda::Function').flatMap(({ id, Properties, Metadata }) => {
      const entry = Metadata?.['ecs-service-discovery-dns:entry'];
      if (typeof entry !== 'string') return [];
      const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
      const found = { id, entry, timeout: Number(Properties.Timeout), environment: Variables, properties: Properties };
      return [[basename(entry, '.ts'), found] as const];
    }),
  );
}

/** `Discovery/RunBucket` of a logical id like `DiscoveryRunBucket1A2B3C4D`, for people to read. */
const nameOf = (logicalId: string) =>
  logicalId.replace(/^(Service)?Discovery(?=[A-Z])/, '').replace(/[0-9A-F]{8}$/, '');

/** A value of a template as one line of text: references as `{name}`, pseudo parameters by their last part. */
export function rendered(value: unknown): string {
  if (Array.isArray(value)) return value.map(rendered).join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `{${nameOf(String(argument).replace('AWS::', ''))}}`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `{${nameOf(String(argument[0]))}}`;
  if (name === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(rendered).join(String(argument[0]));
  return JSON.stringify(value);
}
