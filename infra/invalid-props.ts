/** A prop that breaks a rule; the message says what was given and what is allowed. */
export class InvalidPropsError extends Error {
  override readonly name = 'InvalidPropsError';
}
