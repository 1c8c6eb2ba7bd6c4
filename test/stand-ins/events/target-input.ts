import type { Target } from '@aws-sdk/client-eventbridge';
import type { Json } from '../step-functions/json.ts';
import { lookUp } from '../step-functions/path.ts';

/** The rule's own names among the variables of a template ("Reserved variables" of the user guide's page on input transformation). */
export interface RuleVariables {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

/** What a target gets of an event: all of it, a fixed text, the part at a path, or what a template makes of it. */
export function targetInput(
  { Input, InputPath, InputTransformer }: Pick<Target, 'Input' | 'InputPath' | 'InputTransformer'>,
  event: Json,
  rule: RuleVariables,
): Json {
  if (Input !== undefined) return JSON.parse(Input);
  if (InputPath !== undefined) return at(InputPath, event) ?? null;
  if (!InputTransformer) return event;

  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const variables = new Map<string, Json | undefined>([
    ['aws.events.rule-arn', rule.ruleArn],
    ['aws.events.rule-name', rule.ruleName],
    ['aws.events.event.ingestion-time', rule.ingestionTime],
    ['aws.events.event', withoutDetail(event)],
    ['aws.events.event.json', event],
    ...Object.entries(InputPathsMap).map(([name, path]): [string, Json | undefined] => [name, at(path, event)]),
  ]);
  const text = fill(InputTemplate, variables);
  try {
    return JSON.parse(text);
  } catch {
    return text; // a template may be plain text
  }
}

/**
 * Puts values in the places of `<name>`: as JSON, or, inside quotes, as the text of the value. A path that found nothing
 * gives empty text.
 */
function fill(template: string, variables: ReadonlyMap<string, Json | undefined>): string {
  let quoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined || !variables.has(name)) return match;
    const value = variables.get(name) ?? '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return quoted ? JSON.stringify(text).slice(1, -1) : JSON.stringify(value);
  });
}

function at(path: string, event: Json): Json | undefined {
  const found = lookUp(path, { input: event, context: null });
  return found.found ? found.value : undefined;
}

function withoutDetail(event: Json): Json {
  if (typeof event !== 'object' || event === null || !('detail' in event)) return event;
  const { detail, ...rest } = event;
  return rest;
}
