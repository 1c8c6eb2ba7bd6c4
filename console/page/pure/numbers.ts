/** With a comma after each three digits. `toLocaleString` loads tables for that, milliseconds of the first drawing. */
export const numberText = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 retry`, `2 retries`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${numberText(count)} ${count === 1 ? one : many}`;
