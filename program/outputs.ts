/**
 * Makes up what a cloud would answer once a resource is there: its id, its ARN, its addresses. The same declaration always
 * gets the same answer. ARNs are exact, since permissions are judged against them.
 */
import { createHash } from "node:crypto";

/** Account of everything made up; the one AWS uses in its own documentation. */
export const ACCOUNT = "123456789012";

export interface Subject {
  type: string;
  /** Logical name. */
  name: string;
  /** Secrets opened, unknowns left out. */
  inputs: Record<string, unknown>;
  region: string;
  project: string;
  stack: string;
}

export interface MadeUp {
  id: string;
  outputs: Record<string, unknown>;
}

/** Outputs that a real preview knows already, because the provider plans them. */
export const PLANNED: ReadonlySet<string> = new Set(["name", "bucket", "region", "description"]);

export function makeUpOutputs(subject: Subject, id: string | undefined): MadeUp {
  const name = physicalName(subject);
  const arn = `arn:aws:${subject.type.split(":")[1]?.split("/")[0]}:${subject.region}:${ACCOUNT}:${name}`;
  return { id: id ?? name, outputs: { name, arn } };
}

/** The name the resource asks for, else one made of its logical name and seven digits, as Pulumi does. */
export function physicalName({ type, name, inputs }: Subject): string {
  if (typeof inputs.name === "string") return inputs.name;
  return `${name}-${digits(`${type}::${name}`, 7)}`;
}

/** The first hexadecimal digits of a hash: looks random, never changes. */
export function digits(text: string, count: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, count);
}
