/** The sequence number that comes after one. */
export function nextSequence(sequence: string): string {
  return String(BigInt(sequence) + 1n);
}
