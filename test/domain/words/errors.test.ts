import { expect, it } from 'vitest';
import * as errors from '../../../functions/domain/words/errors.ts';

it.each(Object.entries(errors))('%s is named as the state machine knows it', (name, NamedError) => {
  const cause = new Error('why');

  const error =
    NamedError === errors.BatchRefusedError
      ? new errors.BatchRefusedError('what happened', [], { cause })
      : new (NamedError as typeof errors.ThrottledError)('what happened', { cause });

  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, message: 'what happened', cause });
});
