/** Months, bytes and dollars as bills count them. */

/** Hours of a month of average length, as AWS's calculator counts. */
export const HOURS = 730;
export const SECONDS = HOURS * 3600;
export const DAYS = 365 / 12;
export const KB_PER_GB = 1024 * 1024;
export const MB_PER_GB = 1024;
export const MILLION = 1_000_000;

/** Dollars as a person reads them: to the cent, and never a small amount as nothing. */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

export function signedDollars(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${dollars(Math.abs(difference))}`;
}
