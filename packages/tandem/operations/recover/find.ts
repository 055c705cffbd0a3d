/** Finds what a killed run was making: by its name, by asking the cloud's own CLI, or by what a person has seen. */
import { readTypeToken } from "../../program/reading/type-token.ts";
import { type RunOptions, runProgram } from "../pulumi.ts";
import { atlasFinders } from "./atlas.ts";
import { awsFinders } from "./aws.ts";
import { ec2Finders } from "./ec2.ts";
import type { Finder, LookUp, UnfinishedResource } from "./import-id.ts";
import { nameOf, type PendingOperation, type StackState } from "./stack-state.ts";

/** `maybe` says under which id it would be: only the import tells whether it is there. */
export type Found = { maybe: string } | { absent: string } | { unknown: string };

/** What a person says of operations: `<Class>::<name>` → id, or undefined for what is not there. */
export type GivenIds = Map<string, string | undefined>;

/** `Route::api-GET/hello`: a name alone can stand for two resources. */
export function keyOf({ resource }: PendingOperation): string {
  return `${readTypeToken(resource.type).name}::${nameOf(resource.urn)}`;
}

export interface FindContext {
  state: StackState;
  region: string;
  account: string;
  givenIds: GivenIds;
  run: RunOptions;
}

export async function find(operation: PendingOperation, context: FindContext): Promise<Found> {
  const { givenIds, state } = context;
  const key = keyOf(operation);
  const given = givenIds.get(key);
  if (given !== undefined) return { maybe: given };
  if (givenIds.has(key)) return { absent: "you say so" };
  // Components only hold others together, and providers are the engine's own: the next deployment makes them again.
  if (operation.resource.custom !== true || operation.resource.type.startsWith("pulumi:"))
    return { absent: "it is nothing in a cloud" };
  const finder = finderOf(operation.resource.type);
  if (finder === undefined) return { unknown: `no rule tells how a ${operation.resource.type} is found` };
  const resource = unfinishedResourceOf(operation, context);
  if ("nothing" in finder) return { absent: finder.nothing };
  const there = state.resources.find(({ urn }) => urn === operation.resource.urn);
  if ("look" in finder) {
    return there === undefined ? { unknown: finder.look(resource) } : { absent: "the state has it already" };
  }
  if ("lookUp" in finder) return ask(finder.lookUp(resource), there?.id, context.run);
  const id = finder.id(resource);
  if (resource.account === "" && id !== finder.id({ ...resource, account: "another" })) {
    return { unknown: `${id}, with your account: aws sts get-caller-identity` };
  }
  const known = there && finder.id({ ...resource, inputs: there.inputs ?? {} });
  if (known === id) return { absent: "the state has it already" };
  return there === undefined ? { maybe: id } : { unknown: replaced(id) };
}

function unfinishedResourceOf({ resource }: PendingOperation, around: FindContext): UnfinishedResource {
  const { region, account } = around;
  return { name: nameOf(resource.urn), inputs: resource.inputs ?? {}, region, account };
}

async function ask(lookUp: LookUp, known: string | undefined, run: RunOptions): Promise<Found> {
  const [program, ...args] = lookUp.command;
  const where = `${lookUp.command.join(" ")}\n      ${lookUp.which}`;
  const given = await runProgram(program, args, run);
  if (given === undefined) return { unknown: `${where}\n      (\`${program}\` is not on the PATH)` };
  if (given.status !== 0) return { unknown: `${where}\n      (it failed: ${given.output.trim()})` };
  const ids = lookUp.pick(given.stdout.trim() === "" ? null : JSON.parse(given.stdout));
  const others = ids.filter((id) => known === undefined || !id.split(/[-/]/).includes(known));
  const [id] = others;
  if (id === undefined) return { absent: `${program} lists none` };
  // An e-mail address that has not confirmed yet has no ARN, and subscribing it again makes no second one.
  if (id === "PendingConfirmation")
    return { absent: "it waits for its confirmation; a second one is not made" };
  if (others.length > 1) return { unknown: `${where}\n      (there are several: ${others.join(", ")})` };
  return known === undefined ? { maybe: id } : { unknown: replaced(id) };
}

function replaced(id: string): string {
  return `${id} was to replace the one that the state has. Delete it by hand and say that it is absent: the next deployment makes its own`;
}

/** Every type whose half-made resources can be found again. */
const finders: Record<string, Finder> = { ...awsFinders, ...ec2Finders, ...atlasFinders };

export function finderOf(type: string): Finder | undefined {
  return finders[type];
}
