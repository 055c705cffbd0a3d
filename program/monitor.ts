/**
 * Stands where the engine stands: answers every registration, read and invoke of a program, and keeps what was declared.
 * It changes nothing in any cloud; ids and outputs are made up by type (program/outputs), invokes are answered from a
 * table (program/invokes.ts).
 */
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { answerInvoke, type InvokeAnswers } from "./invokes.ts";
import { type MadeUp, makeUpOutputs, PLANNED, type Subject } from "./outputs.ts";
import type { RecordedResource, Values } from "./recording.ts";
import type { Sdk } from "./sdk.ts";
import { readStackReference, type StackReferences } from "./stack-references.ts";
import { type AliasRequest, aliasUrns, makeUrn } from "./urns.ts";
import { type Folders, fromWire, plain, secretOnWire, valuesFromWire } from "./values.ts";

export interface MonitorOptions {
  project: string;
  stack: string;
  preview: boolean;
  /** Region where neither the resource nor its provider names one. */
  region: string;
  folders: Folders;
  invokes: InvokeAnswers;
  stackReferences: StackReferences;
}

type Callback = (error: Error | null, response: unknown) => void;
type Wire = { [key: string]: unknown };

const STACK_TYPE = "pulumi:pulumi:Stack";

export type Monitor = InstanceType<ReturnType<typeof monitorClass>>;

/** The class must extend the monitor of the very SDK that the program loads, hence a function of that SDK. */
export function monitorClass(sdk: Sdk) {
  return class RecordingMonitor extends sdk.mocks.MockMonitor {
    /** In the order of registration. */
    readonly recorded: RecordedResource[] = [];
    stackOutputs: Values = {};
    /** Grows with every request: tells whether a program is still declaring. */
    requests = 0;
    readonly #byUrn = new Map<string, RecordedResource>();
    readonly #options: MonitorOptions;
    #stackUrn = "";

    constructor(options: MonitorOptions) {
      super({ call: refuseMock, newResource: refuseMock });
      this.#options = options;
    }

    override async registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void> {
      await this.#answer(callback, () => {
        const urn = this.#urn(request.getParent(), request.getType(), request.getName());
        const response = new sdk.resources.RegisterResourceResponse();
        response.setUrn(urn);
        const object = request.getObject() ?? new sdk.structs.Struct();
        response.setObject(object);
        if (request.getType() === STACK_TYPE) {
          this.#stackUrn = urn;
          return response;
        }
        const resource = this.#record(urn, request, object.toJavaScript());
        if (resource.custom) {
          const made = this.#makeUp(resource, object.toJavaScript(), request.getImportid());
          this.#fill(resource, object, made, request.getAdditionalsecretoutputsList());
          response.setId(resource.id ?? "");
        }
        return response;
      });
    }

    override async readResource(request: ReadResourceRequest, callback: Callback): Promise<void> {
      await this.#answer(callback, () => {
        const urn = this.#urn(request.getParent(), request.getType(), request.getName());
        const object = request.getProperties() ?? new sdk.structs.Struct();
        const state = object.toJavaScript();
        const resource: RecordedResource = {
          ...this.#common(urn, request, state),
          custom: true,
          remote: false,
          read: true,
          protect: false,
          retainOnDelete: false,
          propertyDependencies: {},
          aliases: [],
          ignoreChanges: [],
        };
        this.#keep(resource);
        const made =
          resource.type === "pulumi:pulumi:StackReference"
            ? readStackReference(request.getId(), this.#options.stackReferences)
            : this.#makeUp(resource, state, request.getId());
        this.#fill(resource, object, made, request.getAdditionalsecretoutputsList());
        resource.id = request.getId();
        const response = new sdk.resources.ReadResourceResponse();
        response.setUrn(urn);
        response.setProperties(object);
        return response;
      });
    }

    override async invoke(request: ResourceInvokeRequest, callback: Callback): Promise<void> {
      await this.#answer(callback, async () => {
        const args = plain(request.getArgs()?.toJavaScript() ?? {}) as Wire;
        const region = this.#providerRegion(request.getProvider());
        const answer = await answerInvoke(request.getTok(), args, { region }, this.#options.invokes);
        const response = new sdk.resources.ResourceInvokeResponse();
        response.setReturn(sdk.structs.Struct.fromJavaScript(answer as Record<string, JavaScriptValue>));
        return response;
      });
    }

    override registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: Callback): void {
      this.#answer(callback, () => {
        const outputs = valuesFromWire(request.getOutputs()?.toJavaScript() ?? {}, this.#options.folders);
        const urn = request.getUrn();
        if (urn === this.#stackUrn) this.stackOutputs = outputs;
        else {
          const component = this.#byUrn.get(urn);
          if (component === undefined)
            throw new Error(`Outputs were registered for ${urn}, which nobody declared`);
          component.outputs = outputs;
        }
        return {};
      });
    }

    async #answer(callback: Callback, make: () => unknown): Promise<void> {
      this.requests += 1;
      let response: unknown;
      try {
        response = await make();
      } catch (error) {
        const failure = error as Error;
        // The SDK shows `message` for registrations and `details` for invokes.
        callback(Object.assign(failure, { details: failure.message }), undefined);
        return;
      }
      callback(null, response);
    }

    #urn(parent: string, type: string, name: string): string {
      return makeUrn(this.#options.stack, this.#options.project, parent, type, name);
    }

    #record(urn: string, request: RegisterResourceRequest, inputs: Wire): RecordedResource {
      const parent = this.#byUrn.get(request.getParent());
      const resource: RecordedResource = {
        ...this.#common(urn, request, inputs),
        custom: request.getCustom(),
        remote: request.getRemote(),
        read: false,
        protect: request.hasProtect() ? request.getProtect() === true : (parent?.protect ?? false),
        retainOnDelete: request.hasRetainondelete()
          ? request.getRetainondelete() === true
          : (parent?.retainOnDelete ?? false),
        propertyDependencies: propertyDependencies(request),
        aliases: aliasUrns(
          urn,
          parent?.urn,
          request.getAliasesList() as AliasRequest[],
          parent?.aliases ?? [],
        ),
        ignoreChanges: request.getIgnorechangesList(),
      };
      this.#keep(resource);
      return resource;
    }

    #common(urn: string, request: RegisterResourceRequest | ReadResourceRequest, inputs: Wire) {
      const values = valuesFromWire(inputs, this.#options.folders);
      const provider = request.getProvider();
      return {
        urn,
        type: request.getType(),
        name: request.getName(),
        ...(request.getParent() === "" ? {} : { parent: request.getParent() }),
        inputs: values,
        outputs: { ...values },
        dependencies: request.getDependenciesList().sort(),
        ...(provider === "" ? {} : { provider }),
      };
    }

    #keep(resource: RecordedResource): void {
      if (this.#byUrn.has(resource.urn)) {
        throw new Error(
          `Two resources of type ${resource.type} are named "${resource.name}" under the same parent; give one of them another name (${resource.urn})`,
        );
      }
      this.#byUrn.set(resource.urn, resource);
      this.recorded.push(resource);
    }

    #makeUp(resource: RecordedResource, inputs: Wire, id: string): MadeUp {
      const opened = plain(inputs) as Wire;
      const { project, stack } = this.#options;
      const region =
        typeof opened.region === "string" ? opened.region : this.#providerRegion(resource.provider ?? "");
      const subject: Subject = {
        type: resource.type,
        name: resource.name,
        inputs: opened,
        region,
        project,
        stack,
      };
      return makeUpOutputs(subject, id === "" ? undefined : id);
    }

    /** Writes what was made up into the answer to the program and into the recording. */
    #fill(resource: RecordedResource, object: Struct, made: MadeUp, secretNames: string[]): void {
      const fields = object.getFieldsMap();
      for (const [key, value] of Object.entries(made.outputs)) {
        if (value === undefined || (this.#options.preview && !resource.read && !PLANNED.has(key))) continue;
        const wire = secretNames.includes(key) ? secretOnWire(value) : value;
        fields.set(key, sdk.structs.Value.fromJavaScript(wire as JavaScriptValue));
        resource.outputs[key] = fromWire(wire, this.#options.folders);
      }
      if (!this.#options.preview) resource.id = made.id;
    }

    #providerRegion(reference: string): string {
      const provider = this.#byUrn.get(reference.slice(0, reference.lastIndexOf("::")));
      const region = provider?.inputs.region;
      return typeof region === "string" ? region : this.#options.region;
    }
  };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    const urns = dependencies.getUrnsList();
    if (urns.length > 0) found[property] = urns.sort();
  });
  return found;
}

function refuseMock(): never {
  throw new Error("The recording monitor answers by itself; its mocks must never be asked");
}
