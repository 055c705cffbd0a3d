/**
 * After a run that was killed: the engine had written down what it was about to make, but not what became of it. What is
 * there is imported, what is not is left, and then the list is cleared; see docs/operations.md for the same by hand.
 */

import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../../shared/user-error.js";
import { type CommandResult, inShell, type RunOptions, runProgram } from "../pulumi.ts";
import { CLUSTER_TYPE } from "./atlas.ts";
import { type FindContext, type Found, find, type GivenIds, keyOf } from "./find.ts";
import { runLocking } from "./locked.ts";
import {
  accountOf,
  nameOf,
  type PendingOperation,
  readState,
  regionOf,
  type StackState,
} from "./stack-state.ts";

export interface RecoverOptions {
  cwd: string;
  stack: string;
  dryRun: boolean;
  givenIds: GivenIds;
  /** Milliseconds between two looks at a cluster that is being made. */
  interval: number;
  log(line: string): void;
}

export interface Recovered {
  /** Whether something was being taken away: then the run may have been a `destroy`. */
  deleting: boolean;
}

const ABSENT = /does not exist|non-existent|not found|couldn't find/i;

/** @throws UserError naming what a person has to look for; then nothing is cleared, and it can be called again */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const state = await readState(options.cwd, options.stack, options.log);
  const hide = hiding(state.secrets);
  try {
    return await bringBack({ ...options, log: (line) => options.log(hide(line)) }, state);
  } catch (error) {
    throw error instanceof UserError ? new UserError(hide(error.message)) : error;
  }
}

/** A shorter one would be found in every other word. */
const SHORTEST_HIDDEN = 4;

/** A command that looks something up, or what a service answers to it, can name a secret. */
function hiding(secrets: string[]): (text: string) => string {
  const hidden = secrets.filter(({ length }) => length >= SHORTEST_HIDDEN);
  return (text) => hidden.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

async function bringBack(options: RecoverOptions, state: StackState): Promise<Recovered> {
  const { cwd, stack, log } = options;
  const run = { cwd };
  const { pending } = state;
  const deleting = pending.some(({ type }) => type === "deleting");
  log(pending.length === 0 ? `Nothing is pending in ${stack}.` : `${pending.length} pending in ${stack}:`);
  const unknown = await settleAll(options, state, run);
  if (unknown.length > 0) throw new UserError(askFor(unknown, stack));
  await clear(options, pending, run);
  return { deleting };
}

async function settleAll(options: RecoverOptions, state: StackState, run: RunOptions) {
  const around: FindContext = {
    state,
    region: regionOf(state) ?? "",
    account: accountOf(state) ?? (await askAccount(run)),
    givenIds: options.givenIds,
    run,
  };
  const unknown: { operation: PendingOperation; why: string }[] = [];
  for (const operation of state.pending) {
    const { type, resource } = operation;
    if (type !== "creating" && type !== "importing") {
      options.log(`  ${type} ${describe(operation)}: the refresh below looks what became of it`);
      continue;
    }
    const found = await find(operation, around);
    if ("unknown" in found) unknown.push({ operation, why: found.unknown });
    options.log(`  ${type} ${describe(operation)}: ${await settle(options, operation, found, run)}`);
    if ("maybe" in found && resource.type === CLUSTER_TYPE && !options.dryRun) {
      await waitForCluster(options, resource.urn, run);
    }
  }
  return unknown;
}

/** Empty where AWS's own CLI cannot be asked. */
async function askAccount(run: RunOptions): Promise<string> {
  const result = await runProgram("aws", ["sts", "get-caller-identity", "--output", "json"], run);
  return result?.status === 0
    ? String((JSON.parse(result.stdout) as { Account?: string }).Account ?? "")
    : "";
}

/** @returns what became of it, in words */
async function settle(options: RecoverOptions, operation: PendingOperation, found: Found, run: RunOptions) {
  if ("absent" in found) return `left (${found.absent})`;
  if ("unknown" in found) return `not known\n      ${found.unknown}`;
  const args = importOf(operation, found.maybe, options.stack);
  if (options.dryRun) return `imported where it is there\n      ${inShell(args)}`;
  const result = await runLocking([...args, "--non-interactive"], options.stack, run, options.log);
  if (result.status === 0) return `imported as ${found.maybe}`;
  if (ABSENT.test(result.output)) return `left (there is no ${found.maybe})`;
  throw new UserError(`${inShell(args)} failed:\n${result.output.trim()}`);
}

function importOf({ resource }: PendingOperation, id: string, stack: string): string[] {
  const { type, urn, parent, provider } = resource;
  const [providerUrn = ""] = provider?.split(/::(?=[^:]*$)/) ?? [];
  const explicit = provider !== undefined && !nameOf(providerUrn).startsWith("default");
  return [
    ...["import", type, nameOf(urn), id],
    ...(parent === undefined ? [] : ["--parent", `parent=${parent}`]),
    ...(explicit ? ["--provider", `provider=${providerUrn}`] : []),
    // What the program protects, the next deployment protects.
    ...["--protect=false", "--generate-code=false", "--skip-preview", "--yes", "--stack", stack],
  ];
}

/** Nothing that waits for its address can be made before it is ready. */
async function waitForCluster(options: RecoverOptions, urn: string, run: RunOptions): Promise<void> {
  const { stack, interval, log } = options;
  for (;;) {
    const { resources } = await readState(options.cwd, stack, log);
    const status = resources.find((resource) => resource.urn === urn)?.outputs?.stateName;
    if (status === undefined || status === "IDLE") return;
    log(`    Atlas says ${status}: looked at again in ${interval / 1000} s`);
    await wait(interval);
    const target = ["--target", urn, "--skip-pending-creates", ...unattended(stack)];
    succeed(await runLocking(["refresh", ...target], stack, run, log), "pulumi refresh");
  }
}

/** The list goes only now that all of it is settled. */
async function clear(options: RecoverOptions, pending: PendingOperation[], run: RunOptions): Promise<void> {
  const { stack, dryRun, log } = options;
  if (pending.length === 0) return;
  // At a terminal the CLI asks about each of them, whatever else it is told.
  const args = ["refresh", "--clear-pending-creates", ...unattended(stack)];
  log(`The list is cleared, and what changed meanwhile is read: ${inShell(args)}`);
  if (dryRun) return;
  succeed(await runLocking(args, stack, run, log), inShell(args));
  const left = (await readState(options.cwd, stack, log)).pending;
  if (left.length > 0) throw new UserError(`Still pending: ${left.map(describe).join(", ")}`);
}

function unattended(stack: string): string[] {
  return ["--skip-preview", "--yes", "--non-interactive", "--stack", stack];
}

function succeed({ status, output }: CommandResult, command: string): void {
  if (status !== 0) throw new UserError(`${command} failed:\n${output.trim()}`);
}

function describe({ resource }: PendingOperation): string {
  return `${nameOf(resource.urn)} (${resource.type})`;
}

function askFor(unknown: { operation: PendingOperation; why: string }[], stack: string): string {
  const lines = unknown.map(
    ({ operation, why }) =>
      `  ${describe(operation)}\n      ${why}\n` +
      `      there: --found '${keyOf(operation)}=<id>'    not there: --absent '${keyOf(operation)}'`,
  );
  return (
    `Whether ${unknown.length === 1 ? "this one is" : "these are"} there, only you can see. Look, and say so with ` +
    `\`npm run recover -- --stack ${stack}\` and these options:\n${lines.join("\n")}`
  );
}
