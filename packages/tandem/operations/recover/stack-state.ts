/** What the engine wrote down of a stack, as far as a recovery reads it. */
import { UserError } from "../../shared/user-error.js";
import { runHealing } from "./backend.ts";

export interface StateResource {
  urn: string;
  type: string;
  /** Whether a provider makes it; components are not made, they hold others together. */
  custom?: boolean;
  id?: string;
  parent?: string;
  /** `<urn>::<id>` of its provider. */
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export type PendingKind = "creating" | "updating" | "deleting" | "reading" | "importing";

export interface PendingOperation {
  type: PendingKind;
  resource: StateResource;
}

export interface StackState {
  resources: StateResource[];
  pending: PendingOperation[];
  /** Texts among them that are secret, for whoever tells of it. */
  secrets: string[];
}

/** How the engine marks an object of a state as something else, and as a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * With its secrets in the open, since ids can be made of them.
 * @throws UserError with what the CLI says
 */
export async function readState(
  cwd: string,
  stack: string,
  log: (line: string) => void,
): Promise<StackState> {
  const args = ["stack", "export", "--show-secrets", "--stack", stack];
  const { status, stdout, output } = await runHealing(args, { cwd }, log);
  if (status !== 0) throw new UserError(`The state of ${stack} cannot be read: ${output.trim()}`);
  const secrets: string[] = [];
  const { deployment } = JSON.parse(stdout, (_, value: unknown) => open(value, secrets)) as {
    deployment: { resources?: StateResource[]; pending_operations?: PendingOperation[] } | null;
  };
  return { resources: deployment?.resources ?? [], pending: deployment?.pending_operations ?? [], secrets };
}

function open(value: unknown, secrets: string[]): unknown {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return value;
  const { plaintext, [SIGNATURE]: kind } = value as { plaintext?: string; [SIGNATURE]: unknown };
  if (kind !== SECRET || plaintext === undefined) return value;
  return JSON.parse(plaintext, (_, inner: unknown) => {
    if (typeof inner === "string" && inner !== "") secrets.push(inner);
    return open(inner, secrets);
  });
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Account of AWS that the stack is in, as any ARN of it tells; undefined while there is none. */
export function accountOf({ resources, pending }: StackState): string | undefined {
  const all = JSON.stringify([...resources.map(({ outputs }) => outputs), ...pending]);
  return /arn:aws:[\w-]+:[\w-]*:(\d{12}):/.exec(all)?.[1];
}

/** Region of the stack's provider of AWS. */
export function regionOf({ resources }: StackState): string | undefined {
  const providers = resources.filter(({ type }) => type === "pulumi:providers:aws");
  return providers.map(({ inputs }) => inputs?.region).find((region) => typeof region === "string");
}
