import { isForbidden } from '../../functions/adapters/aws/faults.ts';
import { type CodeBucket, codeBucket } from '../../functions/adapters/code-bucket.ts';
import { type Command, EXIT, type Given } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { tellEndpoint } from '../tell-endpoint.ts';
import { contextOf } from '../template/context-option.ts';
import { checkFolder, writeFolder } from '../template/folder.ts';
import { type Launch, launchOf, stackNameOf, TEMPLATE_FILE, templateText } from '../template/launch.ts';
import { bucketLines, folderReadme } from '../template/launch-lines.ts';
import { BUCKET, BUCKET_WANT, PREFIX, PREFIX_WANT } from '../template/launchable.ts';
import { type Source, sourceHere } from '../template/source.ts';

/** @param source what the template is made of, asked for only when it is needed */
export const templateCommand = (source: () => Source): Command => ({
  summary: 'makes one CloudFormation template and the archives of its functions, to launch without the CDK',
  usage: '(--out <folder> [--force] | --bucket <name>) [--prefix <prefix>] [-c <key>=<value>]…',
  help: [
    '--out <folder>          writes them there, with a README.md that has the commands to launch them',
    '--force                 also where the folder is not empty',
    '--bucket <name>         uploads them to a bucket in the Region of the stack, and prints how to launch them',
    '--prefix <prefix>       what the keys begin with; else the name of the stack and "/"',
    '-c, --context <k>=<v>   a setting, with the key and value that cdk deploy -c takes: -c clusters=shop,depot. Needs',
    '                        aws-cdk-lib and constructs to be installed; without it the template has the defaults',
    '                        and asks for the ids of zone, VPC and subnets by parameters',
  ],
  options: {
    out: { type: 'string' },
    force: { type: 'boolean' },
    bucket: { type: 'string' },
    prefix: { type: 'string' },
    context: { type: 'string', short: 'c', multiple: true },
  },
  run: async (given, { io }) => {
    const [out, bucket] = [given.text('out'), given.text('bucket')];
    const context = contextOf(given.texts('context'));
    const prefix = prefixOf(given, context);
    if ((out === undefined) === (bucket === undefined)) {
      throw new UsageError(
        `template: got ${out === undefined ? 'neither --out nor --bucket' : '--out and --bucket'}, want one of them: --out <folder>, or --bucket <name>`,
      );
    }
    if (out !== undefined) {
      checkFolder(out, { force: given.flag('force') });
      return toFolder(io, await launchOf(source(), context, { prefix }), { folder: out, prefix });
    }
    return toBucket(io, source(), { bucket: checkedBucket(bucket), prefix, context });
  },
});

export const template = templateCommand(sourceHere);

function prefixOf(given: Given, context: Readonly<Record<string, string>>): string {
  const text = given.text('prefix') ?? `${stackNameOf(context)}/`;
  const prefix = text === '' || text.endsWith('/') ? text : `${text}/`;
  if (PREFIX.test(prefix) && !prefix.startsWith('/')) return prefix;
  throw new UsageError(`--prefix: got ${JSON.stringify(text)}, want ${PREFIX_WANT}, and no "/" at the beginning`);
}

function checkedBucket(name = ''): string {
  if (BUCKET.test(name)) return name;
  throw new UsageError(`--bucket: got ${JSON.stringify(name)}, want ${BUCKET_WANT}`);
}

function toFolder(io: Io, launch: Launch, { folder, prefix }: { folder: string; prefix: string }): number {
  const text = templateText(launch);
  writeFolder(folder, [
    ...launch.archives.map(({ file, bytes }) => [file, bytes] as const),
    ['README.md', folderReadme(launch, prefix)],
    [TEMPLATE_FILE, text],
  ]);
  io.print(`${folder}: ${TEMPLATE_FILE} (${kilobytes(Buffer.byteLength(text))}) and ${archivesOf(launch)}`);
  io.print(`${folder}/README.md says how to launch ${launch.stackName}`);
  return EXIT.ok;
}

interface ToBucket {
  readonly bucket: string;
  readonly prefix: string;
  readonly context: Readonly<Record<string, string>>;
}

async function toBucket(io: Io, source: Source, { bucket, prefix, context }: ToBucket): Promise<number> {
  await tellEndpoint(io, ['S3']);
  const store = codeBucket(bucket);
  const region = await regionOf(store, bucket);
  const launch = await launchOf(source, context, { bucket, prefix });
  let written = 0;
  for (const { file, bytes } of launch.archives) {
    io.progress(`uploading ${file}`);
    if (await store.putNew(`${prefix}${file}`, bytes, 'application/zip')) written += 1;
  }
  // Last: whoever launches what its URL gives finds every archive.
  await store.put(`${prefix}${TEMPLATE_FILE}`, templateText(launch), 'application/json');
  const there = launch.archives.length - written;
  io.print(
    `s3://${bucket}/${prefix}: ${TEMPLATE_FILE} and ${archivesOf(launch)}${there > 0 ? `, ${there} of them were there` : ''}`,
  );
  for (const line of bucketLines(launch, { bucket, prefix, region })) io.print(line);
  return EXIT.ok;
}

/** @throws UsageError where the stack could not take code from there */
async function regionOf(store: CodeBucket, name: string): Promise<string> {
  const place = await store.place().catch((cause: unknown) => {
    if (!isForbidden(cause)) throw cause;
    throw new UsageError(
      `--bucket: ${JSON.stringify(name)} may not be looked at: the credentials lack s3:ListBucket of it, or it is somebody else's`,
      { cause },
    );
  });
  if (!place) {
    throw new UsageError(`--bucket: there is no bucket ${JSON.stringify(name)}: aws s3 mb s3://${name} makes it`);
  }
  if (place.bucket === place.here) return place.here;
  throw new UsageError(
    `--bucket: ${JSON.stringify(name)} is in ${place.bucket} and the Region here is ${place.here}; Lambda takes code from its own Region only: give a bucket in the Region of the stack, or set AWS_REGION=${place.bucket}`,
  );
}

const archivesOf = ({ archives }: Launch): string =>
  `${archives.length} archives (${kilobytes(archives.reduce((sum, { bytes }) => sum + bytes.length, 0))})`;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1_000).toLocaleString('en')} KB`;
