import { App } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { EnvironmentStack } from './stack.ts';

/** `npx cdk deploy --app 'node examples/environment/app.ts'` from the root of the repository; see README.md. */
const app = new App();
new EnvironmentStack(app, 'ServiceDiscoveryEnvironment', readConfig(app.node));
