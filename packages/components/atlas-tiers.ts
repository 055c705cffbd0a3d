/** What is known of the tiers of Atlas clusters: which share a machine, and how many connections a node takes. */

/** Connections a node of the tier takes (https://www.mongodb.com/docs/atlas/reference/atlas-limits/). */
export const connectionLimits = {
  M0: 500,
  FLEX: 500,
  M10: 1_500,
  M20: 3_000,
  M30: 3_000,
  M40: 6_000,
  M50: 16_000,
  M60: 32_000,
  M80: 64_000,
} as const;

export type AtlasTier = keyof typeof connectionLimits;

/** From the smallest to the largest. */
export const atlasTiers = Object.keys(connectionLimits) as [AtlasTier, ...AtlasTier[]];

export function isSmaller(one: AtlasTier, other: AtlasTier): boolean {
  return atlasTiers.indexOf(one) < atlasTiers.indexOf(other);
}

/** M0 and Flex share machines with others: no PrivateLink, no backup policy, no auto-scaling. */
export function isDedicated(tier: AtlasTier): boolean {
  return tier !== "M0" && tier !== "FLEX";
}

/** USD an hour in us-east-1 (https://www.mongodb.com/pricing); `npm run cost` knows other regions and what comes on top. */
export const hourlyPrices: Partial<Record<AtlasTier, number>> = {
  M10: 0.08,
  M20: 0.2,
  M30: 0.54,
  M40: 1.04,
  M50: 2,
  M60: 3.95,
  M80: 7.3,
};
const FLEX_MONTH = 8;
const HOURS_AMONTH = 730;

/** For a person. */
export function priceOf(tier: AtlasTier): string {
  const hourly = hourlyPrices[tier];
  if (hourly !== undefined) return `about ${Math.round(hourly * HOURS_AMONTH)} USD a month in us-east-1`;
  return tier === "FLEX" ? `from ${FLEX_MONTH} USD a month` : "free";
}
