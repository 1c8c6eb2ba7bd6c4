/**
 * Prices in USD, without any free tier. Those of `us-east-1` and many other Regions; look them up for yours:
 * they are list prices of November 2026, and are not read from anywhere.
 */
export const PRICES = {
  /** Standard workflows, for each state transition: USD 0.025 per 1,000. */
  transition: 0.025 / 1_000,
  /** Lambda, for each request: USD 0.20 per million. */
  request: 0.2 / 1_000_000,
  /** Lambda on arm64, for each GB-second. */
  gigabyteSecond: 0.000_013_333_4,
  /** CloudWatch, for each custom metric that gets data in every hour of a month; less by the hours in which it gets none. */
  metric: 0.3,
  /** CloudWatch, for each metric that an alarm watches, a month. */
  alarm: 0.1,
  /** CloudWatch, a month. */
  dashboard: 3,
  /** CloudWatch Logs, for each GB that is written. */
  logGigabyte: 0.5,
  /** S3, for each PUT. */
  write: 0.005 / 1_000,
  /** S3, for each GET. */
  read: 0.000_4 / 1_000,
  /** SQS, for each request to a standard queue. */
  message: 0.4 / 1_000_000,
} as const;

/** Days of the month that all figures are for. */
export const DAYS = 30;
