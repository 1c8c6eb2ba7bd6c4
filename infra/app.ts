import { App } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { ServiceDiscoveryStack } from './stack.ts';

const app = new App();
new ServiceDiscoveryStack(app, readConfig(app.node));
