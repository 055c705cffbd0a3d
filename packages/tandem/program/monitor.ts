/**
 * Stands where the engine stands: takes every registration, read and invoke of a program, keeps what was declared, and
 * answers from what is made up (program/answers.ts) and known (program/invokes/invokes.ts). It changes nothing in any cloud.
 */
import type { Callback as TransformCallback } from "@pulumi/pulumi/proto/callback_pb.js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { type AnswerOptions, Answers } from "./answers.ts";
import type { InvokeAnswers } from "./invokes/invoke-answer.ts";
import { answerInvoke } from "./invokes/invokes.ts";
import type { Values } from "./recording.ts";
import { Registry } from "./registry.ts";
import { recordedRead, recordedRegistration } from "./requests.ts";
import type { Sdk } from "./sdk.ts";
import { readableByAsker, readByOwn } from "./sdk-copies.ts";
import { Transforms } from "./transforms.ts";
import { makeUrn, STACK_TYPE } from "./urns.ts";
import { plain, valuesFromWire } from "./values.ts";

export interface MonitorOptions extends AnswerOptions {
  project: string;
  stack: string;
  invokes: InvokeAnswers;
}

type Callback = (error: Error | null, response: unknown) => void;
type Wire = Record<string, JavaScriptValue>;

export interface Monitor extends InstanceType<Sdk["mocks"]["MockMonitor"]> {
  readonly registry: Registry;
  readonly transforms: Transforms;
  readonly stackOutputs: Values;
  /** Grows with every request: tells whether a program is still declaring. */
  readonly requests: number;
}

/** The class must extend the monitor of the very SDK that the program loads, hence a function of that SDK. */
export function monitorClass(sdk: Sdk): new (options: MonitorOptions) => Monitor {
  return class RecordingMonitor extends sdk.mocks.MockMonitor {
    readonly registry = new Registry();
    readonly transforms = new Transforms(sdk);
    stackOutputs: Values = {};
    requests = 0;
    readonly #options: MonitorOptions;
    readonly #answers: Answers;
    #stackUrn = "";

    constructor(options: MonitorOptions) {
      super({ call: refuseMock, newResource: refuseMock });
      this.#options = options;
      this.#answers = new Answers(options, this.registry);
    }

    override async registerResource(asked: RegisterResourceRequest, callback: Callback): Promise<void> {
      await this.#respond(asked, callback, async () => {
        const request = readByOwn(asked, sdk.resources.RegisterResourceRequest);
        await this.transforms.apply(request);
        const urn = this.#urn(request);
        this.transforms.keep(urn, request);
        const response = new sdk.resources.RegisterResourceResponse();
        response.setUrn(urn);
        if (request.getType() === STACK_TYPE) {
          this.#stackUrn = urn;
          return response;
        }
        const parent = this.registry.get(request.getParent());
        const resource = recordedRegistration(urn, request, parent, this.#options.folders);
        this.registry.add(resource);
        const inputs = request.getObject()?.toJavaScript() ?? {};
        const secrets = request.getAdditionalsecretoutputsList();
        const { id, state } = this.#answers.answer(resource, inputs, request.getImportid(), secrets);
        response.setId(id);
        response.setObject(sdk.structs.Struct.fromJavaScript(state as Wire));
        return response;
      });
    }

    override async readResource(asked: ReadResourceRequest, callback: Callback): Promise<void> {
      await this.#respond(asked, callback, () => {
        const request = readByOwn(asked, sdk.resources.ReadResourceRequest);
        const resource = recordedRead(this.#urn(request), request, this.#options.folders);
        this.registry.add(resource);
        const inputs = request.getProperties()?.toJavaScript() ?? {};
        const secrets = request.getAdditionalsecretoutputsList();
        const { state } = this.#answers.answer(resource, inputs, request.getId(), secrets);
        const response = new sdk.resources.ReadResourceResponse();
        response.setUrn(resource.urn);
        response.setProperties(sdk.structs.Struct.fromJavaScript(state as Wire));
        return response;
      });
    }

    override registerResourceOutputs(asked: RegisterResourceOutputsRequest, callback: Callback): void {
      this.#respond(asked, callback, () => {
        const request = readByOwn(asked, sdk.resources.RegisterResourceOutputsRequest);
        const urn = request.getUrn();
        const outputs = valuesFromWire(request.getOutputs()?.toJavaScript() ?? {}, this.#options.folders);
        const component = this.registry.get(urn);
        if (urn === this.#stackUrn) this.stackOutputs = outputs;
        else if (component !== undefined) component.outputs = outputs;
        else throw new Error(`outputs were registered for ${urn}, which nobody declared`);
        return {};
      });
    }

    override async invoke(asked: ResourceInvokeRequest, callback: Callback): Promise<void> {
      await this.#respond(asked, callback, async () => {
        const request = readByOwn(asked, sdk.resources.ResourceInvokeRequest);
        await this.transforms.applyToInvoke(request);
        const args = plain(request.getArgs()?.toJavaScript() ?? {}) as Record<string, unknown>;
        const response = new sdk.InvokeResponse();
        response.setReturn(sdk.structs.Struct.fromJavaScript((await this.#invoke(request, args)) as Wire));
        return response;
      });
    }

    /** Methods of remote components and of providers. */
    call(request: ResourceCallRequest, callback: Callback): void {
      this.#respond(request, callback, () => {
        throw new Error(
          `${request.getTok()} is a method that a provider's plugin runs; it cannot be called while recording`,
        );
      });
    }

    override registerStackTransform(request: TransformCallback, callback: Callback): void {
      this.transforms.addForStack(request.getToken());
      callback(null, {});
    }

    override registerStackInvokeTransform(request: TransformCallback, callback: Callback): void {
      this.transforms.addForInvokes(request.getToken());
      callback(null, {});
    }

    /** Hooks run when a deployment touches a resource; a recording only says which are bound to it. */
    registerResourceHook(_request: unknown, callback: Callback): void {
      callback(null, {});
    }

    registerErrorHook(_request: unknown, callback: Callback): void {
      callback(null, {});
    }

    async #invoke(request: ResourceInvokeRequest, args: Record<string, unknown>): Promise<unknown> {
      const token = request.getTok();
      if (token !== "pulumi:pulumi:getResource") {
        const context = {
          region: this.#answers.regionOf(request.getProvider()),
          leaveOutFrom: this.#options.leaveOutFrom,
          declared: (type: string) =>
            this.registry.ofType(type).map((state) => plain(state) as Record<string, unknown>),
        };
        return await answerInvoke(token, args, context, this.#options.invokes);
      }
      const state = this.registry.stateOf(String(args.urn));
      if (state === undefined)
        throw new Error(`the program refers to ${args.urn}, which it does not declare`);
      return state;
    }

    #urn(request: RegisterResourceRequest | ReadResourceRequest): string {
      const { stack, project } = this.#options;
      return makeUrn(stack, project, request.getParent(), request.getType(), request.getName());
    }

    async #respond(request: object, callback: Callback, make: () => unknown): Promise<void> {
      this.requests += 1;
      let response: unknown;
      try {
        response = readableByAsker(request, await make());
      } catch (error) {
        const failure = error as Error;
        // The SDK shows `message` for registrations and `details` for invokes.
        callback(Object.assign(failure, { details: failure.message }), undefined);
        return;
      }
      callback(null, response);
    }
  };
}

function refuseMock(): never {
  throw new Error("The recording monitor answers by itself; its mocks must never be asked");
}
