import { renameSync } from 'node:fs';

/** Where the manifest of the checkout waits while the package is made. */
export const KEPT = 'package.checkout.json';

/** Puts it back. */
export function restore(): void {
  renameSync(KEPT, 'package.json');
}
