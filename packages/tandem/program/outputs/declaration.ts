/** What a rule that makes up outputs gets to see, and the parts that most answers are built of. */

import { createHash } from "node:crypto";
import { ACCOUNT_ID } from "../reading/arn.ts";

export interface Declaration {
  type: string;
  /** Logical name. */
  name: string;
  /** Tells apart what has the same type and name; ids and generated names come from it. */
  seed: string;
  /** Secrets opened, unknowns left out. */
  inputs: Record<string, unknown>;
  region: string;
  /** Outputs of a resource declared before, by its type and id. */
  find(type: string, id: unknown): Record<string, unknown> | undefined;
}

/** Outputs of one type of resource. `id` among them is the resource's id; without it the id is the physical name. */
export type Rule = (it: Named) => Record<string, unknown>;

export type Rules = Record<string, Rule>;

/** A subject with its physical name. */
export class Named {
  readonly inputs: Record<string, unknown>;
  readonly region: string;
  readonly logicalName: string;
  readonly find: Declaration["find"];
  readonly #seed: string;

  constructor({ inputs, region, name, seed, find }: Declaration) {
    this.inputs = inputs;
    this.region = region;
    this.logicalName = name;
    this.find = find;
    this.#seed = seed;
  }

  /** The name it asks for, else its prefix or logical name with digits behind, as Pulumi names what has no name. */
  physicalName(key = "name", prefixKey = `${key}Prefix`): string {
    const asked = this.text(key);
    if (asked !== "") return asked;
    const prefix = this.text(prefixKey);
    return (prefix === "" ? `${this.logicalName}-` : prefix) + this.digits(7);
  }

  /** An input as text; empty where there is none. */
  text(key: string): string {
    const value = this.inputs[key];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${ACCOUNT_ID}:${resource}`;
  }

  /** ARN of a service that knows no regions. */
  globalArn(service: string, resource: string): string {
    return `arn:aws:${service}::${ACCOUNT_ID}:${resource}`;
  }

  /** Hexadecimal digits that look random and never change. */
  digits(count: number, purpose = ""): string {
    return hash(this.#seed + purpose)
      .toString("hex")
      .slice(0, count);
  }

  /** The same from the alphabet of API ids. */
  letters(count: number, purpose = ""): string {
    return BigInt(`0x${this.digits(64, purpose)}`)
      .toString(36)
      .slice(-count);
  }

  uuid(): string {
    const all = this.digits(32);
    return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
  }
}

/** AWS keeps one list of addresses a service and region; a gateway endpoint and `getPrefixList` name the same. */
export function prefixListId(serviceName: string): string {
  return `pl-${hash(serviceName).toString("hex").slice(0, 8)}`;
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
