/** Dollars as a person reads them: to the cent, and never a small amount as nothing. */

export function dollars(amount: number): string {
  return amount > 0 && amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

export function signedDollars(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${dollars(Math.abs(difference))}`;
}
