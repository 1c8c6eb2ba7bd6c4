import type { Mutant } from '../support/mutation.ts';
import { BEFORE_AAAA, BEFORE_NAMES } from './traits.ts';

export interface ModelMutant extends Mutant {
  /** Where to begin, for what is rare: from history 1 on it is caught in the 23,900 of the check too, but later. */
  readonly from?: number;
}

/** Faults of what histories have that declare several names for a port. */
export const NAMED_MUTANTS: readonly ModelMutant[] = [
  {
    name: 'an alias that outlives its addresses',
    edits: [
      {
        file: 'functions/domain/zone/alias.ts',
        find: 'const wanted = form && instances > 0 ?',
        replace: 'const wanted = form ?',
      },
    ],
  },
  {
    name: 'an alias before its addresses',
    edits: [
      {
        file: 'functions/domain/plan/place-addresses.ts',
        find: '[...first, ...changes, ...last]',
        replace: '[...first, ...last, ...changes]',
      },
    ],
  },
  {
    name: 'an alias of others taken for ours',
    edits: [
      {
        file: 'functions/domain/zone/alias.ts',
        find: '&& isAddressName(set.aliasTarget.name, naming);',
        replace: "&& (isAddressName(set.aliasTarget.name, naming) || set.aliasTarget.name.includes('._address.'));",
      },
    ],
  },
  {
    name: 'a host that drains takes the last of a name away',
    edits: [
      {
        file: 'functions/domain/judging/draining.ts',
        find: 'return elsewhere ? leaving(verdict)',
        replace: 'return elsewhere || verdict.stays.length > 0 ? leaving(verdict)',
      },
      // A plan that would leave none is made anew.
      {
        file: 'functions/domain/plan/plan-zone.ts',
        find: 'return remain ? []',
        replace: 'return remain || name !== undefined ? []',
      },
    ],
  },
  {
    name: 'what a slice has not looked at counts as elsewhere, although its host drains',
    from: 22_200,
    edits: [
      {
        file: 'functions/domain/judging/draining.ts',
        find: '(!entry.hostDrains && PASSES.has(entry.lastVerdict))',
        replace: 'PASSES.has(entry.lastVerdict)',
      },
    ],
  },
  {
    name: 'a host that drains keeps its instances',
    edits: [
      {
        file: 'functions/domain/judging/draining.ts',
        find: 'return elsewhere ? leaving(verdict)',
        replace: "return elsewhere && kind === 'event' ? leaving(verdict)",
      },
    ],
  },
  {
    name: 'AAAA left behind where the A set beside it is retired',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: '>= RETIREMENT ? [removalOf(sets)] : [];',
        replace: ">= RETIREMENT ? [removalOf(sets.filter(({ type }) => type === 'A'))] : [];",
      },
    ],
  },
  {
    name: 'an IPv6 address published without its record set',
    edits: [
      {
        file: 'functions/domain/zone/addresses.ts',
        find: 'const beside = besideAt(target, found, view);',
        replace: 'const beside: string | undefined = undefined;',
      },
    ],
  },
  {
    name: 'the second name of a port forgotten',
    edits: [
      {
        file: 'functions/domain/ecs/declaration.ts',
        find: 'return names.length > 0 ? names : [text.trim()];',
        replace: 'return names.length > 0 ? names.slice(0, 1) : [text.trim()];',
      },
    ],
  },
  {
    name: 'the AAAA alias of an address name not seen',
    from: BEFORE_AAAA + 1,
    edits: [
      {
        file: 'functions/domain/plan/view-zone.ts',
        find: "isAddressType(type) || type === 'CNAME'",
        replace: "type === 'A' || type === 'CNAME'",
      },
    ],
  },
].map((mutant) => ({ from: BEFORE_NAMES + 1, ...mutant }));
