import { readFileSync } from 'node:fs';
import { SETTINGS } from '../../functions/contracts/settings.ts';
import { METRICS, METRICS_NAMESPACE } from '../../infra/metrics.ts';
import { defaultOf, docstring } from './docstring.ts';
import { declared, type Member } from './members.ts';

const source = (file: string) => readFileSync(new URL(`../../infra/${file}`, import.meta.url), 'utf8');

/** Types that are words of a table: what is allowed says more than their name. */
const WORDS = /^(?:Value<'(\w+)'>|AddressFamily|Routing|BeyondCapacity)$/;

/** The whole page, made of docstrings and declarations. */
export function page(): string {
  const { doc, members } = declared(source('service-discovery.ts'), 'ServiceDiscovery');
  const metered = declared(source('metrics.ts'), 'Metered');
  const own = [...members, ...metered.members.filter(({ name }) => name === 'deploymentId' || name === 'metric')]
    .filter(({ name, doc: said }) => name !== 'constructor' && said !== '')
    .sort(byKind);
  const counted = metered.members.filter(({ name }) => /^metric\w/.test(name));
  const fault = declared(source('invalid-props.ts'), 'InvalidPropsError');
  const { says, tags } = docstring(doc);
  return [
    '# The construct',
    '*For whoever has it in a CDK app.*\n\nEvery prop, property and method of `ServiceDiscovery`, with its type and its default. This page is\nmade from the docstrings, which an editor shows too, by `npm run reference -- --write`. How it is deployed stands in the\n[README](../README.md#deploy-it), what each alarm means in [operate.md](operate.md), what a version may change in\n[versions.md](versions.md).',
    `${says}`,
    fenced(tags.get('example') ?? ''),
    '`constructor(scope: Construct, id: string, props: ServiceDiscoveryProps)` throws `InvalidPropsError` that says what was given and\nwhat is allowed.',
    '## Props',
    'A prop that is left out has its default. Types with a prefix are those of the CDK: `ec2` is `aws-cdk-lib/aws-ec2`.',
    ...declared(source('props.ts'), 'ServiceDiscoveryProps').members.map(propSection),
    '## Properties and methods',
    ...own.map(memberSection),
    '## Metrics',
    docstring(metered.doc).says,
    `Each of these takes \`options?: cloudwatch.MetricOptions\` and gives a \`cloudwatch.Metric\`.`,
    metricTable(counted),
    `The names for \`metric(metricName)\`, the type \`MetricName\`, in the namespace \`METRICS_NAMESPACE\`, \`${METRICS_NAMESPACE}\`, each with its\nstatistic:`,
    [
      '| metric | statistic |',
      '| --- | --- |',
      ...Object.entries(METRICS).map(([name, statistic]) => `| \`${name}\` | ${statistic} |`),
    ].join('\n'),
    ...zoneRoleSections(),
    '## InvalidPropsError',
    docstring(fault.doc).says,
  ]
    .join('\n\n')
    .concat('\n');
}

/** The second construct, of the account that owns the zone: its props in a table, since their names are also those of the first. */
function zoneRoleSections(): readonly string[] {
  const { doc, members } = declared(source('hosted-zone-role.ts'), 'HostedZoneRole');
  const { members: props } = declared(source('hosted-zone-role.ts'), 'HostedZoneRoleProps');
  const { says, tags } = docstring(doc);
  const role = members.find(({ name }) => name === 'role');
  return [
    '## HostedZoneRole',
    says,
    fenced(tags.get('example') ?? ''),
    '`constructor(scope: Construct, id: string, props: HostedZoneRoleProps)` throws `InvalidPropsError`.\n' +
      `\`role: iam.Role\`: ${docstring(role?.doc ?? '').says.replaceAll('\n', ' ')}`,
    ['| prop | type | default | |', '| --- | --- | --- | --- |', ...props.map(propRow)].join('\n'),
  ];
}

function propRow({ name, signature, doc }: Member): string {
  const [, optional, type = ''] = /^readonly \w+(\??): (.*)$/.exec(signature) ?? [];
  const parts = docstring(doc);
  const byDefault = optional ? (defaultOf(parts) ?? 'none') : 'has to be given';
  return `| \`${name}\` | \`${type}\` | ${byDefault} | ${parts.says} |`.replaceAll('\n', ' ').replaceAll('*\\/', '*/');
}

function propSection({ name, signature, doc }: Member): string {
  const [, optional, type = ''] = /^readonly \w+(\??): (.*)$/.exec(signature) ?? [];
  const parts = docstring(doc);
  const facts = [typeText(name, type), optional ? `default: ${defaultOf(parts) ?? 'none'}` : 'has to be given'];
  return [`### ${name}`, facts.join('; '), parts.says].join('\n\n');
}

function typeText(name: string, type: string): string {
  const [words, row = name] = WORDS.exec(type) ?? [];
  if (words === undefined) return `\`${type}\``;
  const { want } = SETTINGS[row as 'routing'].kind;
  return want
    .split(' or ')
    .map((word) => `\`'${word}'\``)
    .join(' or ');
}

function memberSection({ name, signature, doc }: Member): string {
  const { says, tags } = docstring(doc);
  const throws = tags.get('throws');
  return [`### ${name}`, `\`${signature}\``, says, ...(throws ? [`Throws ${throws}`] : [])].join('\n\n');
}

/** Properties before methods, in the order of the source. */
const byKind = (one: Member, other: Member) =>
  Number(one.signature.includes('(')) - Number(other.signature.includes('('));

const metricTable = (members: readonly Member[]): string =>
  [
    '| method | counts |',
    '| --- | --- |',
    ...members.map(({ name, doc }) => `| \`${name}()\` | ${docstring(doc).says.replaceAll('\n', ' ')} |`),
  ].join('\n');

const fenced = (code: string): string => ['```ts', code, '```'].join('\n');
