import { isAddressName } from '../dns/address-name.ts';
import type { Naming } from '../dns/ownership.ts';
import { claimsName } from '../words/reason.ts';
import { MAX_DETAIL, printable, quoted } from '../words/text.ts';
import type { Claim, Shift } from './claim.ts';
import { nameOf } from './declared.ts';
import type { RevisionShares } from './deployment.ts';

/** A service with what is known of its deployment. */
export interface ServiceShares {
  readonly cluster: string;
  /** As its claims name it. */
  readonly name: string;
  /** Its ARN; its name, where ECS did not tell that. */
  readonly service: string;
  readonly shares: RevisionShares;
}

/** What is to be judged of the services that were described, and what a person should know of them. */
export interface Shared {
  readonly claims: readonly Claim[];
  readonly remarks: readonly string[];
}

/**
 * Tells each claim whether its revision serves, and adds the claims of a test name at the end.
 *
 * | of its service                | its task is started by         | share                 | the copy under the test name |
 * | ----------------------------- | ------------------------------ | --------------------- | ---------------------------- |
 * | nothing was asked             | any                            | none is said          | none is made                 |
 * | whatever runs serves          | any                            | none is said          | `none`: the test is over     |
 * | some revisions serve          | one of them                    | `all`                 | `all` if it is tested        |
 * | some revisions serve          | another known one              | `none`                | `all` if it is tested        |
 * | some revisions serve          | none that is known, or nobody  | `unknown`             | `unknown`                    |
 * | nobody can tell which         | any                            | `unknown`             | `unknown`                    |
 *
 * A copy of what is not tested has the share `none`: it stands there from before, or is not there. Copies are made only
 * where the claims of the service have one name, and none by its addresses.
 */
export function withShares(claims: readonly Claim[], services: readonly ServiceShares[], naming: Naming): Shared {
  const known = new Map(services.map((one) => [serviceKey(one), one]));
  if (known.size === 0) return { claims, remarks: [] };
  const shared = claims.map((claim): Claim => {
    const its = known.get(serviceKey({ cluster: claim.cluster, name: claim.service ?? '' }));
    return its && its.shares.kind !== 'all' ? { ...claim, shift: shiftOf(claim, its) } : claim;
  });
  const tests = services.map((one) => testClaims(one, claims, naming));
  return {
    claims: [...shared, ...tests.flatMap((one) => one.claims)],
    remarks: [...services.flatMap(remarkOn), ...tests.flatMap((one) => one.remarks)],
  };
}

const serviceKey = ({ cluster, name }: Pick<ServiceShares, 'cluster' | 'name'>) => `${cluster} ${name}`;

function shiftOf({ startedBy }: Claim, { service, shares }: ServiceShares): Shift {
  const { production, others, requested, deployment, direction, status, stage } = shares;
  const isKnown = startedBy !== undefined && shares.kind === 'some';
  const share =
    isKnown && production.includes(startedBy) ? 'all' : isKnown && others.includes(startedBy) ? 'none' : 'unknown';
  const state = shares.kind === 'unknown' ? shares.why : shares.state;
  const stranger = `no revision of its service has started it${startedBy === undefined ? '' : ` (by ${startedBy})`}`;
  const said = share === 'unknown' && shares.kind === 'some' ? stranger : state;
  return {
    share,
    service,
    ...(requested !== undefined && { requested }),
    ...(deployment !== undefined && { deployment }),
    ...(direction && { direction }),
    ...(said !== undefined && { state: printable(said, MAX_DETAIL) }),
    ...(status !== undefined && { status }),
    ...(stage !== undefined && { stage }),
    ...colourOf(startedBy, shares),
  };
}

/** Green is what the deployment brings, also where it goes back; of a task of neither nothing is said. */
function colourOf(startedBy: string | undefined, { brings, replaces }: RevisionShares): Pick<Shift, 'colour'> {
  if (startedBy === undefined) return {};
  if (startedBy === brings) return { colour: 'green' };
  return replaces?.includes(startedBy) ? { colour: 'blue' } : {};
}

function testClaims(its: ServiceShares, claims: readonly Claim[], naming: Naming): Shared {
  const { cluster, name, shares } = its;
  const nothing = { claims: [], remarks: [] };
  if (shares.testName === undefined) return nothing;
  const own = claims.filter((claim) => claim.cluster === cluster && claim.service === name && claimsName(claim));
  const [declared, ...others] = new Set(own.map((claim) => claim.name));
  if (declared === undefined) return nothing;
  const remark = (why: string) => {
    const text = `service ${name}: the test name ${quoted(shares.testName ?? '')} is not published: ${why}`;
    return { claims: [], remarks: [printable(text, MAX_REMARK)] };
  };
  if (others.length > 0) return remark(`its tasks declare ${others.length + 1} names, want one`);
  if (isAddressName(declared, naming)) return remark('its tasks declare an address name, want one of SRV');
  const read = nameOf({ name: shares.testName }, naming);
  if (read.fault) return remark(read.fault.detail);
  if (read.name === declared) return remark('it is the name that its tasks declare, want another');
  const copies = own.map((claim): Claim => {
    const shift = shiftOf(claim, its);
    const tested = claim.startedBy !== undefined && shares.test.includes(claim.startedBy);
    const isQuiet = claim.startedBy !== undefined && shares.quiet?.includes(claim.startedBy) === true;
    const isUnknown = shares.kind !== 'all' && shift.share === 'unknown' && !isQuiet;
    const share = isUnknown ? 'unknown' : tested ? 'all' : 'none';
    return { ...claim, name: read.name, shift: { ...shift, share, isTest: true, declared } };
  });
  return { claims: copies, remarks: [] };
}

/** Characters of a remark on a service. */
const MAX_REMARK = 300;

/** What has the hook, and is published as without it. */
const remarkOn = ({ name, shares: { kind, why } }: ServiceShares): readonly string[] =>
  kind === 'all' && why !== undefined ? [printable(`service ${name}: ${why}`, MAX_REMARK)] : [];
