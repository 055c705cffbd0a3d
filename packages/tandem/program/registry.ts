/** Everything a program has declared so far, and what later declarations need to know of it. */
import type { RecordedResource } from "./recording.ts";
import { parseUrn } from "./urns.ts";

/** What a reference to a resource resolves to. */
export interface ResourceState {
  urn: string;
  id: string;
  /** Outputs, as they stand on the wire. */
  state: Record<string, unknown>;
}

export class Registry {
  /** In the order of registration. */
  readonly resources: RecordedResource[] = [];
  readonly #byUrn = new Map<string, RecordedResource>();
  readonly #states = new Map<string, ResourceState>();
  readonly #byId = new Map<string, ResourceState>();
  readonly #seeds = new Set<string>();

  add(resource: RecordedResource): void {
    if (this.#byUrn.has(resource.urn)) {
      throw new Error(
        `two resources of type ${resource.type} are named "${resource.name}" (parents of one type make no difference); ` +
          `give one of them another name: ${resource.urn}`,
      );
    }
    this.#byUrn.set(resource.urn, resource);
    this.resources.push(resource);
  }

  get(urn: string): RecordedResource | undefined {
    return this.#byUrn.get(urn);
  }

  keepState(state: ResourceState): void {
    this.#states.set(state.urn, state);
    this.#byId.set(`${parseUrn(state.urn).type}::${state.id}`, state);
  }

  stateOf(urn: string): ResourceState | undefined {
    return this.#states.get(urn);
  }

  /** States of everything of one type, with their ids. */
  ofType(type: string): Record<string, unknown>[] {
    const found: Record<string, unknown>[] = [];
    for (const resource of this.resources) {
      const kept = resource.type === type ? this.#states.get(resource.urn) : undefined;
      if (kept !== undefined) found.push({ ...kept.state, id: kept.id });
    }
    return found;
  }

  /** Outputs of a resource by its type and id. */
  find(type: string, id: unknown): Record<string, unknown> | undefined {
    return this.#byId.get(`${type}::${id}`)?.state;
  }

  /**
   * What made-up names and ids come from: type and name, so that they survive a change of parent, and the whole URN where
   * two components make children of one name.
   */
  seedOf(resource: { type: string; name: string; urn: string }): string {
    const seed = `${resource.type}::${resource.name}`;
    if (this.#seeds.has(seed)) return resource.urn;
    this.#seeds.add(seed);
    return seed;
  }

  /** @param provider reference to an explicit provider, `urn::id` */
  regionOf(provider: string): string | undefined {
    const region = this.#byUrn.get(provider.slice(0, provider.lastIndexOf("::")))?.inputs.region;
    return typeof region === "string" ? region : undefined;
  }
}
