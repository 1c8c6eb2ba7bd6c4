/** The last part of an ARN or of a path, by which people know it; other texts as they are. */
export const shortOf = (text: string): string => text.split('/').at(-1) || text;
