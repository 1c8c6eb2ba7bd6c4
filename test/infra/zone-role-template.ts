import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Template, templateResolver } from '../../examples/local/template/cloudformation.ts';
import { readPermissions } from '../../examples/local/template/permissions.ts';
import type { PolicyDocument, Role } from '../stand-ins/iam.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { ZONE_ID } from '../support/world.ts';
import { EXTERNAL_ID, NETWORK } from '../support/zone-elsewhere.ts';

export const ZONE_ROLE_TEMPLATE = parse(readFileSync('docs/hosted-zone-role.yaml', 'utf8')) as Template;

/** The role as the template makes it in the account of the zone. */
export function zoneRole(parameters: Readonly<Record<string, string>> = {}): Role {
  const place = { region: REGION, accountId: NETWORK, stackName: 'Zone', queueUrl: (name: string) => name };
  const resolver = templateResolver(ZONE_ROLE_TEMPLATE, {
    ...place,
    parameters: { HostedZoneId: ZONE_ID, DeploymentAccount: ACCOUNT, ExternalId: EXTERNAL_ID, ...parameters },
  });
  const [role] = readPermissions(resolver, place).roles;
  if (!role) throw new Error('docs/hosted-zone-role.yaml makes no role');
  return role;
}

export const ZONE_ROLE_TRUST: PolicyDocument = zoneRole().trust;
export const ZONE_ROLE_RIGHTS: readonly PolicyDocument[] = zoneRole().policies;
