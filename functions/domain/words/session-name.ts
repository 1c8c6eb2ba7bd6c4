/** Characters of a session's name (API_AssumeRole, RoleSessionName: `[\w+=,.@-]`, 2 to 64). */
const LONGEST = 64;
const NOT_ALLOWED = /[^\w+=,.@-]/g;

/**
 * A text as the name of a role's session, so that CloudTrail leads back to it: the name of an execution as it is, but for its
 * end where it is longer than STS takes.
 *
 * | text | becomes |
 * | --- | --- |
 * | `events-2026-11-28T10:00:02.000Z` | `events-2026-11-28T10-00-02.000Z` |
 * | `a` | `a-` |
 */
export const sessionName = (text: string): string => text.slice(0, LONGEST).replace(NOT_ALLOWED, '-').padEnd(2, '-');
