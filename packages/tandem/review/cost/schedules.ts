/** How often a schedule expression of EventBridge runs in a month of average length. */
import { DAYS } from "./units.ts";

const MINUTES_PER = { minute: 1, hour: 60, day: 24 * 60 } as const;
const MINUTES = DAYS * 24 * 60;
const WEEKDAYS = 7;

export function runsPerMonth(expression: string): number {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (value !== undefined && unit !== undefined) {
    return MINUTES / (Number(value) * MINUTES_PER[unit as keyof typeof MINUTES_PER]);
  }
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (cron !== undefined && cron.length === 6) return runsOfCron(cron);
  // `at(…)` runs once in its life.
  return expression.startsWith("at(") ? 1 : 0;
}

function runsOfCron(fields: string[]): number {
  const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = fields;
  const aDay = count(minutes, 60) * count(hours, 24);
  return aDay * daysPerMonth(days, weekdays) * (count(months, 12) / 12);
}

/** One of the two is always `?`. */
function daysPerMonth(days: string, weekdays: string): number {
  if (!isAny(weekdays)) return (count(weekdays, WEEKDAYS) / WEEKDAYS) * DAYS;
  return isAny(days) ? DAYS : count(days, 31);
}

function isAny(field: string): boolean {
  return field === "*" || field === "?";
}

/** How many of `all` values a field names: `*`, `1,2`, `1-5`, `0/15`. */
function count(field: string, all: number): number {
  if (isAny(field)) return all;
  return field.split(",").reduce((sum, part) => sum + countPart(part, all), 0);
}

function countPart(part: string, all: number): number {
  const [range = "", step] = part.split("/");
  const [from, to] = range.split("-");
  if (step !== undefined) {
    const span = to === undefined ? all - (isAny(range) ? 0 : Number(from)) : Number(to) - Number(from) + 1;
    return Math.ceil(span / Number(step));
  }
  // Names of days and months count one each, ranges of them their distance.
  if (to === undefined) return 1;
  return position(to) - position(from ?? "") + 1;
}

const NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function position(value: string): number {
  const day = NAMES.indexOf(value.toUpperCase());
  return day === -1 ? Number(value) : day;
}
