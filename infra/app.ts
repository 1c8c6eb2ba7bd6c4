import { App } from 'aws-cdk-lib';
import { EcsServiceDiscoveryDns } from './stack.ts';

const app = new App();
new EcsServiceDiscoveryDns(app, 'EcsServiceDiscoveryDns');
