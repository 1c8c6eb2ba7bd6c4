import { isAddressName } from '../dns/address-name.ts';
import { ownerSubtree } from '../dns/ownership.ts';
import type { NameJudgement } from '../judging/judgement.ts';
import { type ChangeUnit, setsOfChanges, withBeside } from '../zone/change.ts';
import { markerUnit } from '../zone/marker.ts';
import { type AddressUnits, planAddressUnits, targetsOf } from './address-units.ts';
import type { NamePlan } from './name-plan.ts';
import type { PlanInput } from './plan.ts';
import { heldBack, quarantinedTargets } from './set-aside.ts';
import type { ZoneView } from './view-zone.ts';

/** What is to be sent, in units that are never cut, and what the addresses of the names come to. */
export interface Units {
  readonly units: readonly ChangeUnit[];
  readonly addresses: AddressUnits;
}

/** The changes of the names with the address record sets that they need, the marker before all of them. */
export function changeUnits(names: readonly NamePlan[], { aside }: ZoneView, input: PlanInput): Units {
  const { snapshot, reading, settings } = input;
  const addresses = planAddressUnits(names, input);
  const goes = ({ name }: { readonly name: string }) => heldBack(name, aside) === undefined;
  const creates = addresses.creates.filter(goes);
  const created = new Set(creates.map(({ name }) => name));
  const changing = names.filter(({ changes }) => changes.length > 0);
  const nameUnits = changing.flatMap((plan) =>
    unitsOf(plan, isAddressName(plan.name, settings.naming) ? new Set() : created),
  );
  const changes = [...creates, ...nameUnits, ...addresses.removes.filter(goes)];
  const marked = changes.length > 0 && !snapshot.marker;
  const units = marked ? belowMarker(markerUnit(settings.naming, settings), changes) : changes;
  const changed = new Set(units.flatMap((unit) => [unit.name, ...namesIn(unit)]));
  const shown = Map.groupBy(
    [...snapshot.recordSets, ...(reading.addresses?.recordSets ?? [])].filter(({ ownerName }) =>
      changed.has(ownerName),
    ),
    ({ ownerName }) => ownerName,
  );
  const all = Map.groupBy(units, ({ name }) => name);
  const shownAt = (unit: ChangeUnit) =>
    [...new Set([unit.name, ...namesIn(unit)])].flatMap((name) => shown.get(name) ?? []);
  return {
    addresses,
    units: units
      .map((unit) =>
        withBeside(
          unit,
          shownAt(unit),
          all.get(unit.name)?.flatMap((one) => one.changes),
        ),
      )
      .map((unit) => (aside.quarantine.has(unit.name) ? { ...unit, retry: true } : unit)),
  };
}

/** An address name and that of its alias, or the one name of any other unit. */
const namesIn = ({ changes }: ChangeUnit): readonly string[] => changes.map(({ recordSet }) => recordSet.ownerName);

/** Every part of a plan, before anything of it was set aside. */
interface Wanted {
  readonly settled: readonly NamePlan[];
  readonly judgements: readonly NameJudgement[];
  readonly addresses: AddressUnits;
}

/** Every name at which something is wanted, whether it is sent now or not. */
export const wantedNames = (
  { settled, judgements, addresses }: Wanted,
  { snapshot, settings }: PlanInput,
): ReadonlySet<string> =>
  new Set([
    ...settled.flatMap((plan) => (plan.changes.length > 0 ? [plan.name] : [])),
    ...[...addresses.creates, ...addresses.removes].map(({ name }) => name),
    ...judgements.flatMap(quarantinedTargets),
    ...(snapshot.marker ? [] : [ownerSubtree(settings.naming)]),
  ]);

/** Nothing is sent below an owner label whose marker did not come about: it may be somebody else's by now. */
function belowMarker(marker: ChangeUnit, changes: readonly ChangeUnit[]): readonly ChangeUnit[] {
  return [marker, ...changes.map((unit) => ({ ...unit, needs: [marker.name, ...unit.needs] }))];
}

/** One unit, or one for each step of a name that a batch cannot carry whole. */
function unitsOf(plan: NamePlan, created: ReadonlySet<string>): readonly ChangeUnit[] {
  const { name, changes, stays, written, steps = [{ changes }] } = plan;
  return steps.map((step, index): ChangeUnit => {
    const named =
      steps.length === 1
        ? stays
        : setsOfChanges(step.changes, 'CREATE').flatMap(({ values }) => values.map((value) => ({ value })));
    const needs = [...targetsOf(named).intersection(created), ...(step.rests ? [name] : [])];
    const about = { name, kind: 'name' as const, changes: step.changes, needs };
    // Remembered is what was written when all of it was.
    return { ...about, ...(index > 0 && { follows: true }), ...(written && index === steps.length - 1 && { written }) };
  });
}
