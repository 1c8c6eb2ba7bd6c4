import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { HostedZoneRole, ServiceDiscovery } from '../../infra/index.ts';

/**
 * A zone of a central account, and a deployment beside the clusters of another one that publishes into it. `npx cdk synth` in
 * this folder; docs/accounts.md says what each side is for.
 */
const app = new App();
const network = { account: '210987654321', region: 'eu-west-1' };
const shop = { account: '123456789012', region: 'eu-west-1' };
const zone = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'servicediscovery.internal' };
const deploymentStack = 'ShopDiscovery';
const externalId = 'shop';
const roleName = 'shop-service-discovery';

const central = new Stack(app, 'ShopZoneRole', { env: network });
const { role } = new HostedZoneRole(central, 'ShopZoneRole', {
  hostedZone: route53.HostedZone.fromHostedZoneAttributes(central, 'Zone', zone),
  deploymentAccount: shop.account,
  deploymentStack,
  externalId,
  roleName,
  // Whoever uses the command there.
  operators: ['Operators'],
});
new CfnOutput(central, 'RoleArn', { value: role.roleArn });

const stack = new Stack(app, deploymentStack, { env: shop });
new ServiceDiscovery(stack, 'ServiceDiscovery', {
  hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', zone),
  hostedZoneRole: iam.Role.fromRoleArn(stack, 'ZoneRole', `arn:aws:iam::${network.account}:role/${roleName}`, {
    mutable: false,
  }),
  hostedZoneExternalId: externalId,
  // Of several accounts that share the zone, each has a label of its own.
  ownerLabel: 'shop',
  requestShare: 0.3,
  vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a'],
    privateSubnetIds: ['subnet-0123456789abcdef0'],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
  }),
});
