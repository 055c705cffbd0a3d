/** A recording as a graph: which resource the property of another one points at. */
import type { EventSource } from "../../program/reading/event-sources.ts";
import { readFunctionReference } from "../../program/reading/function-reference.ts";
import { ROLE } from "../../program/reading/policy-attachments.ts";
import { withoutSecret } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";

export const FUNCTION = "aws:lambda/function:Function";

/** Outputs by which others refer to a resource. */
const ADDRESSES = ["arn", "invokeArn", "name", "id", "url"];

export class ProgramView {
  readonly recording: Recording | undefined;
  readonly #byType: Map<string, RecordedResource[]>;
  readonly #byUrn: Map<string, RecordedResource>;
  #byRole: Map<RecordedResource | undefined, RecordedResource[]> | undefined;
  readonly #byAddress = new Map<string, RecordedResource[]>();

  /** Undefined for a program that is not there: nothing is declared. */
  constructor(recording: Recording | undefined) {
    const declared = (recording?.resources ?? []).filter(({ read }) => !read);
    this.recording = recording;
    this.#byType = Map.groupBy(declared, ({ type }) => type);
    this.#byUrn = new Map(declared.map((resource) => [resource.urn, resource]));
    for (const resource of declared) {
      const addresses = new Set([resource.id, ...ADDRESSES.map((key) => resource.outputs[key])]);
      for (const address of addresses) {
        if (typeof address !== "string") continue;
        this.#byAddress.set(address, [...(this.#byAddress.get(address) ?? []), resource]);
      }
    }
  }

  ofType(...types: string[]): RecordedResource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /** What the property points at, of that type: by the value that stands there, else by what the program says of it. */
  target(resource: RecordedResource, property: string, type: string): RecordedResource | undefined {
    const value = resource.inputs[property];
    return (
      this.at(value, type) ?? this.#dependencies(resource, property).find((found) => found.type === type)
    );
  }

  /** All that the property points at, of that type: one value, or a list of them. */
  targets(resource: RecordedResource, property: string, type: string): RecordedResource[] {
    const value = resource.inputs[property];
    const named = Array.isArray(value) ? value : [value];
    const found = named.flatMap((one) => this.at(one, type) ?? []);
    const meant = this.#dependencies(resource, property).filter((other) => other.type === type);
    return [...new Set([...found, ...meant])];
  }

  /** The resource of a type that has the value for an address. */
  at(value: Value | undefined, type: string): RecordedResource | undefined {
    const address = withoutSecret(value);
    if (typeof address !== "string") return undefined;
    return this.#byAddress.get(address)?.find((found) => found.type === type);
  }

  /** The function that the property points at, directly or by an alias. */
  functionAt(resource: RecordedResource, property: string): RecordedResource | undefined {
    const direct = this.target(resource, property, FUNCTION);
    const alias = this.target(resource, property, "aws:lambda/alias:Alias");
    return alias === undefined ? direct : (this.target(alias, "functionName", FUNCTION) ?? direct);
  }

  /** The function that an event source calls. */
  calledBy({ functionReference, link, property }: EventSource): RecordedResource | undefined {
    const named = readFunctionReference(functionReference)?.name;
    return (
      this.at(functionReference, FUNCTION) ?? this.at(named, FUNCTION) ?? this.functionAt(link, property)
    );
  }

  functionsWithRole(role: RecordedResource): readonly RecordedResource[] {
    this.#byRole ??= Map.groupBy(this.ofType(FUNCTION), (lambda) => this.target(lambda, "role", ROLE));
    return this.#byRole.get(role) ?? [];
  }

  #dependencies(resource: RecordedResource, property: string): RecordedResource[] {
    return (resource.propertyDependencies[property] ?? []).flatMap((urn) => this.#byUrn.get(urn) ?? []);
  }
}
