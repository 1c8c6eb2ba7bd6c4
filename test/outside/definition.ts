import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';

/** The parts of two validators that are used here; neither of them is a module of ES. */
interface StateLint {
  validate(definition: unknown): readonly string[];
}
interface Service {
  parseJSONDocument(document: object): object;
  doValidation(document: object, json: object): Promise<readonly { readonly message: string }[]>;
}

const load = createRequire(import.meta.url);

const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() })),
});

/**
 * Definitions of the state machines of a template, with an ARN for each function.
 *
 * @returns JSON texts
 */
export async function definitionsIn(path: string): Promise<readonly string[]> {
  const { Resources } = template.parse(JSON.parse(await readFile(path, 'utf8')));
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine')
    .map(({ Properties }) =>
      z
        .string()
        .parse(Properties?.DefinitionString)
        .replaceAll(/\$\{(\w+)FunctionArn\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:$1'),
    );
}

/** What two validators that are not ours say of a definition, by validator. */
export async function validate(definition: string): Promise<readonly string[]> {
  return [...stateLint(definition), ...(await languageService(definition))];
}

/** What statelint is too old for (Step Functions: Map state fields); the language service of AWS knows and checks it. */
const YOUNGER = /^Field "MaxConcurrencyPath" not allowed in .*ObserveClusters$/;

function stateLint(definition: string): readonly string[] {
  const { StateLint } = load('@wmfs/statelint') as { readonly StateLint: new () => StateLint };
  const problems = new StateLint().validate(JSON.parse(definition));
  return problems.filter((problem) => !YOUNGER.test(problem)).map((problem) => `statelint: ${problem}`);
}

async function languageService(definition: string): Promise<readonly string[]> {
  const { getLanguageService, TextDocument } = load('amazon-states-language-service') as {
    readonly getLanguageService: (settings: object) => Service;
    readonly TextDocument: { create(uri: string, language: string, version: number, text: string): object };
  };
  const service = getLanguageService({});
  const document = TextDocument.create('file:///reconcile.asl.json', 'asl', 1, definition);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ message }) => `amazon-states-language-service: ${message}`);
}

/** Faults in a definition, by the validator that has to tell it. */
const FAULTS: readonly { readonly by: string; readonly spoil: (definition: Spoilable) => void }[] = [
  { by: 'statelint', spoil: ({ first }) => Object.assign(first, { Type: 'Jump' }) },
  { by: 'statelint', spoil: ({ first }) => Object.assign(first, { Resource: 7 }) },
  { by: 'statelint', spoil: ({ first }) => Object.assign(first, { Next: 'Nowhere' }) },
  { by: 'statelint', spoil: ({ whole }) => Object.assign(whole, { StartAt: 'Nowhere' }) },
  { by: 'amazon-states-language-service', spoil: ({ first }) => Object.assign(first, { Type: 'Jump' }) },
  { by: 'amazon-states-language-service', spoil: ({ first }) => Object.assign(first, { Next: 'Nowhere' }) },
  { by: 'amazon-states-language-service', spoil: ({ first }) => Object.assign(first, { Colour: 'red' }) },
  { by: 'amazon-states-language-service', spoil: ({ whole }) => Object.assign(whole, { StartAt: 'Nowhere' }) },
];

interface Spoilable {
  readonly whole: object;
  /** The first Task. */
  readonly first: object;
}

/** Which faults made on purpose their validator does not tell. */
export async function unnoticedInDefinition(definition: string) {
  const missed: string[] = [];
  for (const { by, spoil } of FAULTS) {
    const whole = JSON.parse(definition) as { readonly States: Readonly<Record<string, { readonly Type: string }>> };
    const first = Object.values(whole.States).find(({ Type }) => Type === 'Task') ?? {};
    spoil({ whole, first });
    const told = await validate(JSON.stringify(whole));
    if (!told.some((sentence) => sentence.startsWith(`${by}:`))) missed.push(`${by}: ${String(spoil)}`);
  }
  return { made: FAULTS.length, missed };
}
