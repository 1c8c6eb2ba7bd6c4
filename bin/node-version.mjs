/** The least Node, major and minor, for the compiled command, and for TypeScript as it is (type stripping without a flag). */
const COMPILED = [22, 0];
const SOURCES = [22, 18];

/**
 * One sentence for a Node that cannot run the command: what was found, what is wanted, what to do. Nothing where it can.
 *
 * Written for the oldest Node that knows modules, like everything in this folder.
 *
 * @param {string} version of Node, `18.20.4`
 * @param {boolean} checkout whether the command is run from its sources
 * @returns {string | undefined}
 */
export function tooOld(version, checkout) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = checkout ? SOURCES : COMPILED;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  const wanted = wantedMinor === 0 ? `Node ${wantedMajor}` : `Node ${wantedMajor}.${wantedMinor}`;
  const todo = checkout
    ? 'run it as "npx ecssd" in the checkout, which has a Node of its own after "npm ci"'
    : `install Node ${wantedMajor} or later from your platform or https://nodejs.org, and run the same command again`;
  return `ecssd: this is Node ${version}, want ${wanted} or later: ${todo}`;
}
