/**
 * AWS and Atlas as far as this project's programs use them: they check what they are given, refuse a second one of a name,
 * answer what the recording makes up as well, and remember all on disk. What the providers of the engine's tests serve.
 */

import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { makeUpOutputs } from "../../../program/outputs/outputs.ts";
import { replacesOnChange } from "../../../review/provider-facts/property-facts.ts";
import { argumentsOf } from "./arguments.ts";
import { kindOf } from "./kinds.ts";
import type { CloudResource, Store } from "./store.ts";

export type Values = Record<string, unknown>;

export interface Pace {
  /** Milliseconds a creation takes; it is there after half of them. */
  create: number;
  /** Milliseconds until a cluster is ready. */
  cluster: number;
}

/** Stands for what a preview does not know, on the wire. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const FUNCTION = "aws:lambda/function:Function";

export class Cloud {
  readonly store: Store;
  readonly #pace: Pace;
  region = "";

  constructor(store: Store, pace: Pace) {
    this.store = store;
    this.#pace = pace;
  }

  /** Names of inputs that the type does not take. */
  unknownArguments(type: string, inputs: Values): string[] {
    kindOf(type);
    return Object.keys(inputs).filter((key) => key !== "__defaults" && !argumentsOf(type).has(key));
  }

  diff(type: string, olds: Values, news: Values): { changed: string[]; replaces: string[] } {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
    return { changed, replaces: changed.filter((key) => replacesOnChange(type, key)) };
  }

  /** What a creation will give, as a preview tells it: ids and addresses are not known yet. */
  plan(urn: string, type: string, inputs: Values): Values {
    const { outputs } = this.#outputs(type, nameOf(urn), "planned", known(inputs));
    const later = Object.keys(outputs).filter((key) => inputs[key] === undefined);
    return { ...inputs, ...Object.fromEntries(later.map((key) => [key, UNKNOWN])) };
  }

  async create(urn: string, type: string, inputs: Values): Promise<CloudResource> {
    await wait(this.#pace.create / 2);
    const resource = this.#make(urn, type, inputs);
    this.store.put(resource);
    await wait(this.#pace.create / 2 + Math.max(0, resource.readyAt - Date.now()));
    return this.now(resource);
  }

  #make(urn: string, type: string, inputs: Values): CloudResource {
    const kind = kindOf(type);
    const one = kind.one?.(inputs);
    const there = this.store
      .ofType(type)
      .find((resource) => one !== undefined && kind.one?.(resource.inputs) === one);
    if (there !== undefined && kind.refuses !== undefined) throw new Error(`${kind.refuses}: ${one}`);
    const seed = there?.seed ?? `${urn}#${this.store.made}`;
    const { id, outputs } = this.#outputs(type, nameOf(urn), seed, inputs);
    const readyAt = type === CLUSTER ? Date.now() + this.#pace.cluster : 0;
    const resource = { type, id, importId: id, seed, inputs: kept(inputs), outputs, readyAt };
    return { ...resource, importId: kind.importId?.(resource) ?? id };
  }

  update(urn: string, type: string, id: string, asked: Values): CloudResource {
    const old = this.#there(urn, type, id);
    const inputs = { ...asked, ...kindOf(type).leaves?.(old.inputs, asked) };
    const code = type === FUNCTION && !isDeepStrictEqual(old.inputs.code, kept(inputs).code);
    const version = code ? String(Number(old.outputs.version) + 1) : old.outputs.version;
    const { outputs } = this.#outputs(type, nameOf(old.seed.split("#")[0] ?? ""), old.seed, inputs);
    const resource = {
      ...old,
      inputs: kept(inputs),
      outputs: { ...outputs, ...(version === undefined ? {} : { version }) },
    };
    this.store.put(resource);
    return this.now(resource);
  }

  delete(urn: string, type: string, id: string): void {
    const resource = this.#there(urn, type, id);
    const stays = kindOf(type).stays?.(resource.inputs);
    if (stays !== undefined) throw new Error(stays);
    this.store.remove(resource);
  }

  /** What is there, as a read tells it: without the inputs that the service keeps to itself. */
  read(urn: string, type: string, id: string): { resource: CloudResource; readable: Values } | undefined {
    const resource = this.store.find(type, id, urn);
    if (resource === undefined) return undefined;
    const hidden = kindOf(type).unreadable ?? [];
    const readable = Object.fromEntries(
      Object.entries(resource.inputs).filter(([key]) => !hidden.includes(key)),
    );
    return { resource: this.now(resource), readable };
  }

  /** A cluster that is still being made has no address. */
  now(resource: CloudResource): CloudResource {
    if (resource.type !== CLUSTER || resource.readyAt <= Date.now()) return resource;
    const outputs = { ...resource.outputs, stateName: "CREATING", connectionStrings: {} };
    return { ...resource, outputs };
  }

  #there(urn: string, type: string, id: string): CloudResource {
    const resource = this.store.find(type, id, urn);
    if (resource === undefined) throw new Error(`404: there is no ${type} ${id}`);
    return resource;
  }

  #outputs(type: string, name: string, seed: string, inputs: Values): { id: string; outputs: Values } {
    const find = (kind: string, id: unknown) => this.store.find(kind, String(id))?.outputs;
    return makeUpOutputs({ type, name, seed, inputs, region: this.region, find }, "");
  }
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Of code, which is megabytes, it is enough to see that it changed. */
function kept(inputs: Values): Values {
  if (inputs.code === undefined) return inputs;
  return { ...inputs, code: createHash("sha256").update(JSON.stringify(inputs.code)).digest("hex") };
}

/** The inputs without what a preview does not know, at any depth. */
function known(value: Values): Values {
  return JSON.parse(JSON.stringify(value, (_, inner) => (inner === UNKNOWN ? undefined : inner))) as Values;
}
