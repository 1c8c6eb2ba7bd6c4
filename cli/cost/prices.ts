/**
 * Prices in USD, without any free tier. Those of `us-east-1` and many other Regions; look them up for yours
 * (`aws-facts.md`, sections 5 and 7, for the first three; they are not read from anywhere).
 */
export const PRICES = {
  /** Standard workflows, for each state transition: USD 0.025 per 1,000. */
  transition: 0.025 / 1_000,
  /** Lambda, for each request: USD 0.20 per million. */
  request: 0.2 / 1_000_000,
  /** Lambda on arm64, for each GB-second. */
  gigabyteSecond: 0.000_013_333_4,
} as const;

/** Days of the month that all figures are for. */
export const DAYS = 30;
