import { expect, it } from 'vitest';
import { startClosing } from '../../../examples/local/closing.ts';

it('ends what was started in the opposite order, once', async () => {
  const { onClose, close } = startClosing();
  const ended: string[] = [];
  onClose(() => void ended.push('first'));
  onClose(async () => void ended.push('second'));

  await Promise.all([close(), close()]);

  expect(ended).toEqual(['second', 'first']);
});

it('ends the rest where one end fails, and tells of the failure', async () => {
  const { onClose, close } = startClosing();
  const ended: string[] = [];
  onClose(() => void ended.push('first'));
  onClose(() => Promise.reject(new Error('stuck')));

  await expect(close()).rejects.toThrow('stuck');

  expect(ended).toEqual(['first']);
});
