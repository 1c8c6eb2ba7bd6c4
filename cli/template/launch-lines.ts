import { ROWS } from '../../functions/contracts/settings.ts';
import { type Launch, TEMPLATE_FILE } from './launch.ts';

export interface Uploaded {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
}

/** Parameters that whoever launches has to say, each with a value of the right form. */
function asked({ template: { Parameters = {} } }: Launch): readonly (readonly [name: string, example: string])[] {
  const examples = new Map(
    ROWS.map(([, { parameter, kind }]) => [parameter?.name, /\blike ([^\s,]+)/.exec(kind.want)?.[1]]),
  );
  return Object.entries(Parameters).flatMap(([name, { Default }]) =>
    Default === undefined
      ? [[name, name === 'CodeBucket' ? '$BUCKET' : (examples.get(name) ?? `<${name}>`)] as const]
      : [],
  );
}

const shell = (first: string, ...more: readonly string[]): string =>
  [first, ...more.map((line) => `  ${line}`)].join(' \\\n');

/** What stands beside the template in a folder: how to launch it. */
export function folderReadme(launch: Launch, prefix: string): string {
  const { stackName } = launch;
  const parameters = asked(launch).map(([name, example]) => `${name}=${example}`);
  return `# ${stackName}: a template and the archives of its functions

For whoever launches service discovery by CloudFormation: \`${TEMPLATE_FILE}\`, and ${launch.archives.length} archives that it names. Both
were made by \`ecssd template\`. Neither the CDK nor its bootstrap is needed.

**Upload the archives** to a bucket in the Region of the stack, in this folder:

\`\`\`sh
BUCKET=code-of-mine
aws s3 cp --recursive . s3://$BUCKET/${prefix} --exclude README.md
\`\`\`

**Launch it**, with your own ids. The template has more than the 51,200 bytes that CloudFormation takes inline, so that it goes
by way of the bucket too:

\`\`\`sh
${shell(
  `aws cloudformation deploy --stack-name ${stackName} --template-file ${TEMPLATE_FILE}`,
  `--s3-bucket $BUCKET${prefix === '' ? '' : ` --s3-prefix ${prefix.slice(0, -1)}`} --capabilities CAPABILITY_IAM`,
  `--parameter-overrides ${parameters.join(' ')}`,
)}
\`\`\`

In the console: Create stack, Upload a template file, \`${TEMPLATE_FILE}\`, and the same parameters.

**The name of the stack is ${stackName}**: the template names the deployment so. A second deployment in this account and Region
has a template of its own (\`-c stackName=…\`), and in the same zone an owner label of its own (\`-c ownerLabel=…\`).

**An update** is a template of a later version: upload and launch it in the same way. What is left out of
\`--parameter-overrides\` stays as it is.
`;
}

/** What is printed once everything is in the bucket. */
export function bucketLines(launch: Launch, { bucket, prefix, region }: Uploaded): readonly string[] {
  const { stackName } = launch;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = `https://${bucket}.s3.${region}.${domain}/${prefix}${TEMPLATE_FILE}`;
  const parameters = asked(launch).map(([name, example]) => `ParameterKey=${name},ParameterValue=${example}`);
  return [
    'In the console: Create stack, Amazon S3 URL',
    `  ${url}`,
    `with ${stackName} as the name of the stack, or:`,
    ...shell(
      `aws cloudformation create-stack --stack-name ${stackName} --region ${region}`,
      `--template-url ${url}`,
      `--capabilities CAPABILITY_IAM --parameters ${parameters.join(' ')}`,
    ).split('\n'),
  ];
}
