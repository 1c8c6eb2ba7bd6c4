import type { ActionField } from '../../../console/views.ts';
import { quoted } from '../../../functions/domain/words/text.ts';

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

/** Values with the texts that are shown for them. */
export type Options = readonly (readonly [value: string, text: string])[];

/** A field of which one of some texts is chosen. */
export const choice = (id: string, label: string, options: Options): ActionField => ({
  id,
  label,
  options: options.map(([value, text]) => ({ value, label: text })),
  ...(options[0] && { value: options[0][0] }),
});

/** One field of what there is to choose at the moment; with nothing in it the button says why. */
export const oneOf = (
  id: string,
  label: string,
  options: () => Options,
  none: string,
): Required<Pick<Break, 'fields' | 'refused'>> => ({
  fields: () => [choice(id, label, options())],
  refused: () => (options().length > 0 ? undefined : none),
});

/** Characters of what was given that a sentence shows. */
const SHOWN = 40;

/** What was given for a field, for a sentence about it. */
export const given = (fields: Fields, id: string): string => quoted((fields.get(id) ?? '').slice(0, SHOWN));
