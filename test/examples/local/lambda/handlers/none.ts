/** A module that exports no handler. */
export const other = true;
