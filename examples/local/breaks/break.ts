import type { ActionField } from '../../../console/views.ts';

/** What was chosen and typed, by the id of the field. */
export type Fields = ReadonlyMap<string, string>;

/** Something that a person can break, or mend again. */
export interface Break {
  readonly id: string;
  readonly label: string;
  /** What it does, with the call that AWS would see, and how things are now. */
  says(): string;
  fields(): readonly ActionField[];
  /** Why it cannot be done at the moment. */
  refused?(): string | undefined;
  /**
   * @returns what was done, in a sentence
   * @throws UsageError for what cannot be done so
   */
  act(fields: Fields): Promise<string>;
}

/** A field of which one of some texts is chosen; there is none to choose where `refused` says so. */
export const choice = (id: string, label: string, options: readonly (readonly [string, string])[]): ActionField => ({
  id,
  label,
  options: options.map(([value, text]) => ({ value, label: text })),
  ...(options[0] && { value: options[0][0] }),
});
