/** A time span as a person writes it on a command line. */
import { UserError } from "../shared/user-error.js";

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90s`, `15m`, `1h` or `7d`, in seconds. */
export function parseDuration(option: string, text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit ?? ""] ?? 0);
  if (seconds > 0) return seconds;
  throw new UserError(`${option} ${JSON.stringify(text)}: a time like 90s, 15m, 1h or 7d is wanted.`);
}
