/** The parts of the app's template that are changed here. */
export interface AppTemplate {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Rules?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string;
  readonly Description?: string;
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface CodePlace {
  /** The default of `CodeBucket`; without one whoever launches has to say it. */
  readonly bucket?: string;
  /** The default of `CodePrefix`: empty, or with a "/" at its end. */
  readonly prefix: string;
}

/** Where a function's source stands (infra/step-lambda.ts). */
const ENTRY = 'ecs-service-discovery-dns:entry';
/** What asks for a bootstrapped account: neither the template nor its code needs one here. */
const OF_BOOTSTRAP = { parameter: 'BootstrapVersion', rule: 'CheckBootstrapVersion' } as const;

/** A name as S3 takes it ("Bucket naming rules" of its user guide). */
export const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
export const PREFIX = /^([A-Za-z0-9._/-]+\/)?$/;
export const BUCKET_WANT = 'the name of a bucket: lower-case letters, digits, "." and "-"';
export const PREFIX_WANT = 'letters, digits, ".", "_", "-" and "/", with "/" at the end, or nothing';

/**
 * The app's template without its assets: the code of each function is an archive of the caller's bucket. All else stays.
 *
 * @param archives file name of the archive by the entry that a function names, `functions/steps/read-trigger.ts`
 */
export function launchable(app: AppTemplate, archives: ReadonlyMap<string, string>, place: CodePlace): AppTemplate {
  const { [OF_BOOTSTRAP.parameter]: _bootstrap, ...parameters } = app.Parameters ?? {};
  const { [OF_BOOTSTRAP.rule]: _check, ...rules } = app.Rules ?? {};
  const { Rules: _rules, ...rest } = app;
  return {
    ...rest,
    ...(Object.keys(rules).length > 0 && { Rules: rules }),
    Parameters: { ...codeParameters(place), ...parameters },
    Resources: Object.fromEntries(
      Object.entries(app.Resources).map(([id, resource]) => [id, withCode(resource, archives)]),
    ),
  };
}

const codeParameters = ({ bucket, prefix }: CodePlace): Readonly<Record<string, TemplateParameter>> => ({
  CodeBucket: {
    Type: 'String',
    Description: "Bucket that holds the archives of the functions, in the stack's Region",
    AllowedPattern: BUCKET.source,
    ConstraintDescription: `want ${BUCKET_WANT}`,
    ...(bucket !== undefined && { Default: bucket }),
  },
  CodePrefix: {
    Type: 'String',
    Description: 'What the keys of the archives in that bucket begin with',
    AllowedPattern: PREFIX.source,
    ConstraintDescription: `want ${PREFIX_WANT}`,
    Default: prefix,
  },
});

function withCode(resource: TemplateResource, archives: ReadonlyMap<string, string>): TemplateResource {
  const entry = resource.Metadata?.[ENTRY];
  if (resource.Type !== 'AWS::Lambda::Function' || typeof entry !== 'string') return resource;
  const archive = archives.get(entry);
  if (archive === undefined) throw new Error(`there is no archive of ${entry}`);
  const Code = { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { 'Fn::Sub': `\${CodePrefix}${archive}` } };
  return { ...resource, Properties: { ...resource.Properties, Code } };
}

/** The entry of every function of the template, in its order. */
export const entriesOf = ({ Resources }: AppTemplate): readonly string[] =>
  Object.values(Resources).flatMap(({ Type, Metadata }) =>
    Type === 'AWS::Lambda::Function' && typeof Metadata?.[ENTRY] === 'string' ? [Metadata[ENTRY]] : [],
  );
