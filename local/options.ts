/** Options of a command: parsed strictly, each wrong one refused with what is allowed. */
import { parseArgs } from "node:util";
import { UserError } from "./service.ts";

type Kinds = { string: string; boolean: boolean; port: number; number: number };
type Spec = { [K in keyof Kinds]: { type: K; default?: Kinds[K] } }[keyof Kinds];
type Parsed<S extends Record<string, Spec>> = {
  [N in keyof S]: S[N] extends { default: Kinds[keyof Kinds] }
    ? Kinds[S[N]["type"]]
    : Kinds[S[N]["type"]] | undefined;
} & { positionals: string[] };

/** `usage` is shown with every refusal. Positional arguments are refused unless `positionals` says how many may stand. */
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

function parse(usage: string, args: string[], specs: Record<string, Spec>, mostPositionals: number) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [
      name,
      { type: type === "boolean" ? type : "string" } as const,
    ]),
  );
  try {
    const parsed = parseArgs({
      args,
      options,
      allowPositionals: mostPositionals > 0,
      strict: true,
      tokens: true,
    });
    refuseRepetition(parsed.tokens);
    if (parsed.positionals.length > mostPositionals) {
      throw new Error(`Unexpected argument '${parsed.positionals[mostPositionals]}'`);
    }
    return parsed;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(". ")[0]}.\nUsage: ${usage}`);
  }
}

/** Of two values for one option the first would be lost without a word. */
function refuseRepetition(tokens: { kind: string; name?: string }[]): void {
  const given = new Set<string>();
  for (const { kind, name } of tokens) {
    if (kind !== "option" || name === undefined) continue;
    if (given.has(name)) throw new Error(`Option '--${name}' is given twice`);
    given.add(name);
  }
}

function convert(usage: string, name: string, { type }: Spec, value: string | boolean): unknown {
  if (type === "string" || type === "boolean") return value;
  const number = Number(value);
  const allowed = type === "port" ? "a port from 0 to 65535 (0: any free one)" : "a number of 0 or more";
  const fits =
    value !== "" && (type === "port" ? Number.isInteger(number) && number <= 65535 : Number.isFinite(number));
  if (!fits || number < 0)
    throw new UserError(`--${name} ${JSON.stringify(value)}: ${allowed} is wanted.\nUsage: ${usage}`);
  return number;
}
