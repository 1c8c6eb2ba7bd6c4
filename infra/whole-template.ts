import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, FileSystem } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { ROOT } from './definition.ts';
import { ServiceDiscoveryStack } from './stack.ts';

/** The flags with which this app is synthesized; the package carries a copy of the file. */
const { context: FLAGS }: { context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(ROOT, 'cdk.json'), 'utf8'),
);

/** The code comes from elsewhere. */
const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };

/**
 * The template of the app (`infra/app.ts`), synthesized in this process. In place of its code each function has a line that
 * says that there is none; its metadata name the handler (`ENTRY_METADATA`).
 *
 * @param context as `cdk deploy -c <key>=<value>` takes it
 * @throws InvalidContextError, InvalidPropsError
 */
export function wholeTemplate(context: Readonly<Record<string, string>>): unknown {
  const outdir = FileSystem.mkdtemp('ecs-service-discovery-dns-');
  const { CDK_VALIDATION } = process.env;
  // `npm run synth` judges the template; it takes twice as long as all the rest, and tells its warnings on standard error.
  process.env.CDK_VALIDATION = 'false';
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { ...FLAGS, ...context, ...UNBUNDLED } });
    const { artifactId } = new ServiceDiscoveryStack(app, readConfig(app.node));
    return app.synth().getStackArtifact(artifactId).template;
  } finally {
    if (CDK_VALIDATION === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = CDK_VALIDATION;
    rmSync(outdir, { recursive: true, force: true });
  }
}
