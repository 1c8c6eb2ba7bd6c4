import { App, Duration } from 'aws-cdk-lib';
import { readConfig } from '../../examples/environment/config.ts';
import { EnvironmentStack } from '../../examples/environment/stack.ts';
import { ProbesStack } from './probes-stack.ts';

/**
 * `examples/environment` under a prefix, and what the checks need beside it. The context `prefix` names both stacks;
 * `recordTtl` is what an update changes.
 */
const app = new App();
const prefix = String(app.node.tryGetContext('prefix') ?? 'acceptance-000000');
const recordTtl = Duration.seconds(Number(app.node.tryGetContext('recordTtl') ?? 5));
const config = readConfig(app.node, ['prefix', 'recordTtl']);
const environment = new EnvironmentStack(app, prefix, { ...config, settings: { recordTtl, blueGreen: true } });
new ProbesStack(app, `${prefix}-probes`, { clusterArn: environment.clusterArn });
