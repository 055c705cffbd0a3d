/** `2026-11-27T18:40:00Z`: where AWS says no milliseconds. */
export function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
