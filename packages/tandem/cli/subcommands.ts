/** A command with words behind it: `npm run queue -- send orders '{"id": 1}'`. Without any it lists. */
import { UserError } from "../shared/user-error.js";
import { allCommands, type CommandName, usageOf } from "./all-commands.ts";

interface Subcommand {
  /** What must stand behind the word. */
  takes: readonly string[];
  /** What may stand behind that. */
  mayTake?: readonly string[];
  does(...values: string[]): Promise<void>;
}

export async function subcommand(
  name: CommandName,
  [word = "list", ...values]: readonly string[],
  known: Record<string, Subcommand>,
): Promise<number> {
  const found = Object.hasOwn(known, word) ? known[word] : undefined;
  const usage = `\nUsage: ${usageOf(allCommands[name])}`;
  if (!found)
    throw new UserError(`${JSON.stringify(word)} is none of ${Object.keys(known).join(", ")}.${usage}`);
  const { takes, mayTake = [] } = found;
  const missing = takes[values.length];
  if (missing !== undefined) throw new UserError(`${word}: which ${missing}?${usage}`);
  const extra = values[takes.length + mayTake.length];
  if (extra !== undefined) throw new UserError(`${word}: unexpected argument '${extra}'.${usage}`);
  await found.does(...values);
  return 0;
}

/** 0 is without a limit. */
export function limitOf(limit: number): number {
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** Sets as lists, bytes as base64: JSON knows neither. */
export function jsonLine(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, part: unknown) => plain(part), indent);
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...value];
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
