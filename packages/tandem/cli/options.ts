/** Options of a command, by commander: parsed strictly, each wrong one refused with what is allowed, all explained by --help. */

import { Command, CommanderError, type Help, Option } from "commander";
import { UserError } from "../shared/user-error.js";
import { allCommands, type CommandHelp, type CommandName, npmCommand, usageOf } from "./all-commands.ts";

type Kinds = {
  string: string;
  boolean: boolean;
  port: number;
  number: number;
  list: string[];
  each: string[];
};
interface SpecOf<K extends keyof Kinds> {
  type: K;
  /** What it means: a sentence without its full stop. */
  does: string;
  default?: Kinds[K];
  /** What it is where it is given without a value; one is then written with `=`. */
  bare?: Kinds[K];
}
type Spec = { [K in keyof Kinds]: SpecOf<K> }[keyof Kinds];
type Parsed<S extends Record<string, Spec>> = {
  [N in keyof S]: S[N] extends { default: Kinds[keyof Kinds] }
    ? Kinds[S[N]["type"]]
    : Kinds[S[N]["type"]] | undefined;
} & { positionals: string[] };

/** Of what reaches a cloud, unless another is named: there no stack is taken for being the only one. */
export const DEPLOYED_STACK = "dev";

const stack = { type: "string", does: "Stack whose config the program reads" } as const;

/** Those that many commands have. */
export const common = {
  stack,
  stackToRun: { ...stack, does: `${stack.does} (default: dev, or the only one)` },
  stackToJudge: { ...stack, does: `${stack.does} (default: prod, or the only one)` },
  stackOfRun: { ...stack, does: "Stack of the run (default: dev, or the only one)" },
  deployedStack: { ...stack, does: "Stack that is deployed", default: DEPLOYED_STACK },
  cwd: { type: "string", does: "Folder of the Pulumi program", default: "." },
  json: { type: "boolean", does: "Answer as JSON", default: false },
  verbose: { type: "boolean", does: "Show where an error comes from", default: false },
} as const;

/** `--help`: its message is what was asked for, and nothing is done. */
export class HelpAsked extends Error {
  override name = "HelpAsked";
}

/**
 * Of an option given twice the last counts, so that a script can be called with another value behind its own; those of kind
 * `list` are collected, each value with commas or none, those of kind `each` as they stand. Positional arguments are refused
 * unless `mostPositionals` says how many may stand.
 */
export function parseOptions<S extends Record<string, Spec>>(
  name: CommandName,
  args: readonly string[],
  specs: S,
  mostPositionals = 0,
): Parsed<S> {
  const help: CommandHelp = allCommands[name];
  const refuse = (why: string): never => {
    throw new UserError(
      `${why}\nUsage: ${usageOf(help)}\nEach option is explained by: ${npmCommand(help)} -- --help`,
    );
  };
  const command = commandOf(help, specs, refuse);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.code === "commander.helpDisplayed")
      throw new HelpAsked(textOf(command));
    if (error instanceof CommanderError) refuse(sentence(error.message));
    throw error;
  }
  const positionals = command.args;
  if (positionals.length > mostPositionals) refuse(`Unexpected argument '${positionals[mostPositionals]}'.`);
  const values = command.opts();
  const result: Record<string, unknown> = { positionals };
  for (const option of command.options) {
    const value = values[option.attributeName()];
    result[option.long?.slice(2) ?? ""] = option.negate ? !value : value;
  }
  return result as Parsed<S>;
}

/** For a command that hands its arguments on to a program of others, which would explain itself instead. */
export function helpOf(name: CommandName): HelpAsked {
  return new HelpAsked(textOf(commandOf(allCommands[name], {}, () => undefined as never)));
}

/** The end of a command's refusal. */
export function explainedBy(name: CommandName): string {
  return `Explained by: ${npmCommand(allCommands[name])} -- --help`;
}

/** For a command that hands its arguments on to a program which would pass over the option. */
export function refuseCwd(command: string, args: string[]): void {
  if (!args.some((arg) => arg === "--cwd" || arg.startsWith("--cwd="))) return;
  throw new UserError(`${command} takes no --cwd: it works on the project that it stands in. Run it there.`);
}

function commandOf(help: CommandHelp, specs: Record<string, Spec>, refuse: (why: string) => never): Command {
  const command = new Command(npmCommand(help))
    .description(help.does)
    .usage((help.usage ?? ["[options]"]).map((way) => `-- ${way}`).join(`\n       ${npmCommand(help)} `))
    .helpOption("--help", "Explain this command and do nothing")
    .configureHelp({ styleTitle: (title: string) => title, optionDescription: explained })
    .addHelpText("after", `\nExamples:\n${help.examples.map((one) => `  ${one}`).join("\n")}`)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const [name, spec] of Object.entries(specs)) command.addOption(optionOf(name, spec, specs, refuse));
  return command;
}

function optionOf(
  name: string,
  spec: Spec,
  specs: Record<string, Spec>,
  refuse: (why: string) => never,
): Option {
  const shown = {
    string: "<text>",
    port: "<port>",
    number: "<number>",
    list: "<a,b>",
    each: "<text>",
    boolean: "",
  };
  const value =
    spec.bare === undefined ? ` ${shown[spec.type]}` : ` ${shown[spec.type].replace(/<(.*)>/, "[$1]")}`;
  const option = new Option(`--${name}${value}`.trim(), spec.does);
  if (spec.bare !== undefined) option.preset(String(spec.bare));
  if (spec.default !== undefined) option.default(option.negate ? !spec.default : spec.default);
  if (spec.type === "boolean") return option;
  return option.argParser((value: string, before: unknown) => {
    if (value.startsWith("--") && (value === "--help" || value.slice(2) in specs))
      refuse(`--${name} wants a value, and ${value} is an option itself.`);
    if (spec.type === "string") return value;
    if (spec.type !== "list" && spec.type !== "each") return numberOf(name, spec.type, value, refuse);
    const collected = before === spec.default ? [] : (before as string[]);
    return [...collected, ...(spec.type === "each" ? [value] : value.split(",").filter(Boolean))];
  });
}

function numberOf(
  name: string,
  type: "port" | "number",
  value: string,
  refuse: (why: string) => never,
): number {
  const number = Number(value);
  const allowed = type === "port" ? "a port from 0 to 65535 (0: any free one)" : "a number of 0 or more";
  const fits =
    value !== "" && (type === "port" ? Number.isInteger(number) && number <= 65535 : Number.isFinite(number));
  if (!fits || number < 0) refuse(`--${name} ${JSON.stringify(value)}: ${allowed} is wanted.`);
  return number;
}

/** A default that is nothing is none. */
function explained(this: Help, { description, defaultValue, negate }: Option): string {
  const none = defaultValue === undefined || defaultValue === false || defaultValue === "" || negate;
  const empty = Array.isArray(defaultValue) && defaultValue.length === 0;
  return none || empty ? description : `${description} (default: ${String(defaultValue)})`;
}

function textOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.trimEnd();
}

/** `error: unknown option '--prot'\n(Did you mean --port?)` → `Unknown option '--prot'. Did you mean --port?` */
function sentence(message: string): string {
  const [cause = "", hint] = message.replace(/^error: /, "").split("\n");
  const capital = `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`;
  return hint === undefined ? capital : `${capital} ${hint.replace(/[()]/g, "")}`;
}
