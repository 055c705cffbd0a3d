/** Options of a command: parsed strictly, each wrong one refused with what is allowed. */
import { parseArgs } from "node:util";
import { UserError } from "../local/service.ts";

type Kinds = { string: string; boolean: boolean; port: number; number: number; list: string[] };
type Spec = { [K in keyof Kinds]: { type: K; default?: Kinds[K] } }[keyof Kinds];
type Parsed<S extends Record<string, Spec>> = {
  [N in keyof S]: S[N] extends { default: Kinds[keyof Kinds] }
    ? Kinds[S[N]["type"]]
    : Kinds[S[N]["type"]] | undefined;
} & { positionals: string[] };

/**
 * `usage` is shown with every refusal. Of an option given twice the last counts, so that a script can be called with another
 * value behind its own; those of kind `list` are collected, each value with commas or none.
 * Positional arguments are refused unless `mostPositionals` says how many may stand.
 */
export function parseOptions<S extends Record<string, Spec>>(
  usage: string,
  args: string[],
  specs: S,
  mostPositionals = 0,
): Parsed<S> {
  const { values, positionals } = parse(usage, args, specs, mostPositionals);
  const result: Record<string, unknown> = { positionals };
  for (const [name, spec] of Object.entries(specs)) {
    const value = values[name];
    result[name] = value === undefined ? spec.default : convert(usage, name, spec, value);
  }
  return result as Parsed<S>;
}

/** For a command that hands its arguments on to a program which would pass over the option. */
export function refuseCwd(command: string, args: string[]): void {
  if (!args.some((arg) => arg === "--cwd" || arg.startsWith("--cwd="))) return;
  throw new UserError(`${command} takes no --cwd: it works on the project that it stands in. Run it there.`);
}

type Given = string | boolean | (string | boolean)[];

function parse(usage: string, args: string[], specs: Record<string, Spec>, mostPositionals: number) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [
      name,
      { type: type === "boolean" ? type : "string", multiple: type === "list" } as const,
    ]),
  );
  try {
    const parsed = parseArgs({ args, options, allowPositionals: mostPositionals > 0, strict: true });
    if (parsed.positionals.length > mostPositionals) {
      throw new Error(`Unexpected argument '${parsed.positionals[mostPositionals]}'`);
    }
    return parsed;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(". ")[0]}.\nUsage: ${usage}`);
  }
}

function convert(usage: string, name: string, { type }: Spec, value: Given): unknown {
  if (Array.isArray(value)) return value.flatMap((part) => String(part).split(",")).filter(Boolean);
  if (type === "string" || type === "boolean") return value;
  const number = Number(value);
  const allowed = type === "port" ? "a port from 0 to 65535 (0: any free one)" : "a number of 0 or more";
  const fits =
    value !== "" && (type === "port" ? Number.isInteger(number) && number <= 65535 : Number.isFinite(number));
  if (!fits || number < 0)
    throw new UserError(`--${name} ${JSON.stringify(value)}: ${allowed} is wanted.\nUsage: ${usage}`);
  return number;
}
