/** What a program is told of a resource it declared or read: its inputs, and what a cloud would have added. */

import { EXPANSIONS } from "./outputs/components.ts";
import type { Declaration } from "./outputs/declaration.ts";
import { Implied, makerFor } from "./outputs/expansion.ts";
import { leaveOut } from "./outputs/left-out.ts";
import { makeUpOutputs, PLANNED, RULES } from "./outputs/outputs.ts";
import type { RecordedResource } from "./recording.ts";
import type { Registry } from "./registry.ts";
import { readStackReference, type StackReferences } from "./stack-references.ts";
import { makeUrn, parseUrn } from "./urns.ts";
import { type Folders, fromWire, plain, resourceOnWire, secretOnWire } from "./values.ts";

type Wire = { [key: string]: unknown };

export interface AnswerOptions {
  preview: boolean;
  /** With `preview`: of a stack that is deployed already, so that what it declares is known. */
  deployed?: boolean | undefined;
  /** Depth from which answers lack their parts (outputs/left-out.ts); without it they are whole. */
  leaveOutFrom?: number | undefined;
  /** Region where neither the resource nor its provider names one. */
  region: string;
  folders: Folders;
  stackReferences: StackReferences;
  /** Called before the program gets a reference to a resource of this type that it did not declare itself. */
  beforeReference?: (type: string) => void;
}

export interface Answer {
  /** Empty where it is not known. */
  id: string;
  state: Wire;
}

const STACK_REFERENCE_TYPE = "pulumi:pulumi:StackReference";

export class Answers {
  readonly #options: AnswerOptions;
  readonly #registry: Registry;

  constructor(options: AnswerOptions, registry: Registry) {
    this.#options = options;
    this.#registry = registry;
  }

  /**
   * Completes the recorded resource with its id and outputs, and gives both as they go to the program.
   * @param id of a resource that is read or imported; empty for a new one
   * @param secrets names of outputs that must be secret
   */
  answer(resource: RecordedResource, inputs: Wire, id: string, secrets: string[]): Answer {
    const made = this.#make(resource, inputs, id);
    const added = Object.entries(made.outputs).filter(
      ([key, value]) => value !== undefined && this.#isAnswered(resource, key),
    );
    const state = { ...inputs };
    for (const [key, value] of added) {
      state[key] = secrets.includes(key) ? secretOnWire(value) : value;
      resource.outputs[key] = fromWire(state[key], this.#options.folders);
    }
    const answer = { id: resource.read || !this.#isFirstPreview ? made.id : "", state };
    if (resource.custom && answer.id !== "") resource.id = answer.id;
    this.#registry.keepState({ urn: resource.urn, ...answer });
    return answer;
  }

  /** Region in which a resource or an invoke of this provider ends up. */
  regionOf(provider: string): string {
    return this.#registry.regionOf(provider) ?? this.#options.region;
  }

  /** Whether nothing that is declared exists yet. */
  get #isFirstPreview(): boolean {
    return this.#options.preview && this.#options.deployed !== true;
  }

  /** A first preview knows what it reads, and of what it plans only some properties. */
  #isAnswered(resource: RecordedResource, key: string): boolean {
    return !this.#isFirstPreview || resource.read || PLANNED.has(key);
  }

  #make(resource: RecordedResource, inputs: Wire, id: string): { id: string; outputs: Wire } {
    const made = this.#makeWhole(resource, inputs, id);
    const { leaveOutFrom } = this.#options;
    if (leaveOutFrom === undefined) return made;
    return { id: made.id, outputs: leaveOut(made.outputs, plain(inputs) as Wire, leaveOutFrom) };
  }

  #makeWhole(resource: RecordedResource, inputs: Wire, id: string): { id: string; outputs: Wire } {
    if (resource.type === STACK_REFERENCE_TYPE) return readStackReference(id, this.#options.stackReferences);
    const declaration = this.#declarationOf(resource, inputs);
    const expand = EXPANSIONS[resource.type];
    if (expand !== undefined) {
      const expansion = expand(declaration, makerFor(declaration, RULES));
      return { id: "", outputs: this.#expanded(resource.urn, expansion) as Wire };
    }
    if (!resource.custom) return { id: "", outputs: {} };
    return makeUpOutputs(declaration, id);
  }

  #declarationOf(resource: RecordedResource, inputs: Wire): Declaration {
    const opened = plain(inputs) as Wire;
    // Only AWS's own types take a region of AWS's spelling.
    const own =
      resource.type.startsWith("aws") && typeof opened.region === "string" ? opened.region : undefined;
    return {
      type: resource.type,
      name: resource.name,
      seed: this.#registry.seedOf(resource),
      inputs: opened,
      region: own ?? this.regionOf(resource.provider ?? ""),
      find: (type, id) => this.#registry.find(type, id),
    };
  }

  /** Keeps what a component implies where references to it will be looked up. */
  #expanded(component: string, value: unknown): unknown {
    if (value instanceof Implied) return this.#reference(component, value);
    if (Array.isArray(value)) return value.map((item) => this.#expanded(component, item));
    if (typeof value !== "object" || value === null) return value;
    const reported = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(reported.map(([key, item]) => [key, this.#expanded(component, item)]));
  }

  #reference(component: string, { type, key, outputs: { id, ...state } }: Implied): Wire {
    this.#options.beforeReference?.(type);
    const { stack, project } = parseUrn(component);
    const urn = makeUrn(stack, project, component, type, key);
    this.#registry.keepState({ urn, id: String(id), state });
    return resourceOnWire(urn, String(id));
  }
}
