import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Plain where standard output is no terminal, or NO_COLOR is set. */
export const styled = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

/** `20:31:05`, in the machine's time zone. */
export const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8);

/** Ids are long; their beginning tells them apart. */
export const shortId = (id: string): string => id.slice(0, 8);
