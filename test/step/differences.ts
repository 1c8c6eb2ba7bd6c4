import type { Difference } from '../../functions/domain/telling/replay.ts';

/** A decision then and now, as cells: what it is about, what the run decided, what this version does. */
export function differenceRows(difference: Difference): readonly (readonly string[])[] {
  switch (difference.about) {
    case 'instance': {
      const [{ name, target = '', port = '' } = NOBODY] = [...difference.before, ...difference.now];
      const told = (all: typeof difference.now) => all.map(({ outcome, reason }) => `${outcome} ${reason}`).join(', ');
      return [then(`${name} ${target}:${port}`, told(difference.before), told(difference.now))];
    }
    case 'change': {
      const [{ name } = NOBODY] = [...difference.before, ...difference.now];
      const told = (all: typeof difference.now) =>
        all
          .flatMap(({ created, removed }) => [...created.map((one) => `+ ${one}`), ...removed.map((one) => `- ${one}`)])
          .join(', ') || (all.length > 0 ? 'rewritten' : '');
      return [then(`${name} changes`, told(difference.before), told(difference.now))];
    }
    case 'beside': {
      const [{ name } = NOBODY] = [...difference.before, ...difference.now];
      const told = (all: typeof difference.now) => all.map(({ what }) => what).join(', ');
      return [then(name, told(difference.before), told(difference.now))];
    }
    case 'declaration':
      return difference.now.map(({ name, because }) => then(`${name}: ${because}`, 'ignored', 'not ignored'));
    case 'held': {
      const [{ name, value } = { ...NOBODY, value: '' }] = [...difference.before, ...difference.now];
      return [then(`${name} ${value}`, held(difference.before), held(difference.now))];
    }
  }
}

const NOBODY: { readonly name: string; readonly target?: string; readonly port?: number } = { name: '' };
const held = (all: readonly unknown[]) => (all.length > 0 ? 'held' : '');
const then = (what: string, before: string, now: string) => [what, `${before || 'nothing'} → ${now || 'nothing'}`];
