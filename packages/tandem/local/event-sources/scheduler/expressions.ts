/** Schedule expressions of EventBridge: `rate(…)`, `cron(…)` with six fields, `at(…)`. */
import { Cron } from "croner";

export interface Expression {
  /** The first time after `after`; undefined when there is none any more. */
  next(after: Date): Date | undefined;
}

export class ExpressionError extends Error {
  override name = "ExpressionError";
}

const MINUTE_MS = 60_000;
const UNITS: Record<string, number> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS };

export function parseExpression(text: string, timeZone = "UTC"): Expression {
  const [, kind, value = ""] = /^(rate|cron|at)\((.*)\)$/.exec(text.trim()) ?? [];
  try {
    if (kind === "rate") return rate(value);
    if (kind === "cron") return times(cronPattern(value), timeZone);
    if (kind === "at" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value)) return times(value, timeZone);
  } catch (error) {
    throw new ExpressionError(`"${text}" in time zone ${timeZone}: ${(error as Error).message}`);
  }
  throw new ExpressionError(`"${text}" is neither rate(…) nor cron(…) nor at(yyyy-mm-ddThh:mm:ss)`);
}

/** One value takes the singular, as in AWS: `rate(1 hour)`, `rate(5 minutes)`. */
function rate(value: string): Expression {
  const [, count, unit = "", plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(value) ?? [];
  if (count === undefined || (count === "1") === (plural === "s")) {
    throw new Error("a rate is a number and minute, hour or day, with an s for more than one");
  }
  const every = Number(count) * (UNITS[unit] ?? 0);
  return { next: (after) => new Date(after.getTime() + every) };
}

function times(pattern: string, timeZone: string): Expression {
  // Sunday is 1 in AWS, as in Quartz.
  const cron = new Cron(pattern, { timezone: timeZone, paused: true, alternativeWeekdays: true });
  // Looks once, so that a time zone that does not exist is found now.
  cron.nextRun(new Date());
  return { next: (after) => cron.nextRun(after) ?? undefined };
}

/** Largest value of each field, for `5/10`, which means "from 5 on, every 10". */
const FIELDS = [
  { name: "minutes", largest: 59 },
  { name: "hours", largest: 23 },
  { name: "day of month", largest: 31 },
  { name: "month", largest: 12 },
  { name: "day of week", largest: 7 },
  { name: "year", largest: 2199 },
] as const;

/** AWS's six fields in the words of the library: seconds in front, and `*` for `?`. */
export function cronPattern(value: string): string {
  const fields = value.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(", ");
    throw new Error(`it has ${fields.length} fields; AWS wants ${FIELDS.length}: ${names}`);
  }
  if ((fields[2] === "?") === (fields[4] === "?")) {
    throw new Error('one of day of month and day of week has to be "?", the other not');
  }
  const translated = fields.map((field, index) => translate(field, FIELDS[index]?.largest ?? 0));
  return ["0", ...translated].join(" ");
}

function translate(field: string, largest: number): string {
  if (field === "?") return "*";
  return field.replace(/(^|,)(\d+)\/(\d+)/g, (_, before: string, from: string, step: string) => {
    return `${before}${from}-${largest}/${step}`;
  });
}
