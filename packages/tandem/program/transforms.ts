/**
 * Runs the transforms a program registers, on resources and on invokes. The SDK wants to be called back over gRPC for
 * each; here the same callbacks are called directly, with the SDK's own conversion of options and properties.
 */
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type {
  RegisterResourceRequest,
  ResourceInvokeRequest,
  TransformInvokeResponse,
  TransformResourceOptions,
  TransformResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { hasRetainOnDelete } from "./requests.ts";
import type { Sdk } from "./sdk.ts";

type SdkCallback = (request: Uint8Array) => Promise<unknown>;

export class Transforms {
  readonly #sdk: Sdk;
  readonly #callbacks = new Map<string, SdkCallback>();
  readonly #ofStack: string[] = [];
  readonly #ofInvokes: string[] = [];
  /** By URN: a component's transforms hold for everything below it. */
  readonly #ofResource = new Map<string, { tokens: string[]; parent: string }>();

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  /** Gives the SDK a callback server that listens nowhere. */
  install(monitor: object): void {
    const server = Object.create(this.#sdk.callbacks.CallbackServer.prototype);
    this.#sdk.state.getStore().callbacks = Object.assign(server, {
      _callbacks: this.#callbacks,
      _monitor: monitor,
      _pendingRegistrations: 0,
      _awaitQueue: [],
      _target: Promise.resolve("in-process"),
      shutdown() {},
    });
  }

  addForStack(token: string): void {
    this.#ofStack.push(token);
  }

  addForInvokes(token: string): void {
    this.#ofInvokes.push(token);
  }

  keep(urn: string, request: RegisterResourceRequest): void {
    const tokens = request.getTransformsList().map((callback) => callback.getToken());
    this.#ofResource.set(urn, { tokens, parent: request.getParent() });
  }

  /** The resource's own first, then its parents' from the nearest on, then the stack's; each sees what the last one made. */
  async apply(request: RegisterResourceRequest): Promise<void> {
    const own = request.getTransformsList().map((callback) => callback.getToken());
    for (const token of [...own, ...this.#ofParents(request.getParent()), ...this.#ofStack]) {
      await this.#applyOne(token, request);
    }
  }

  async applyToInvoke(request: ResourceInvokeRequest): Promise<void> {
    for (const token of this.#ofInvokes) {
      const message = new this.#sdk.resources.TransformInvokeRequest();
      message.setToken(request.getTok());
      message.setArgs(request.getArgs());
      const response = (await this.#call(token, message.serializeBinary())) as TransformInvokeResponse;
      request.setArgs(response.getArgs());
    }
  }

  #ofParents(parent: string): string[] {
    const kept = this.#ofResource.get(parent);
    return kept === undefined ? [] : [...kept.tokens, ...this.#ofParents(kept.parent)];
  }

  async #applyOne(token: string, request: RegisterResourceRequest): Promise<void> {
    const message = new this.#sdk.resources.TransformRequest();
    message.setType(request.getType());
    message.setName(request.getName());
    message.setCustom(request.getCustom());
    message.setParent(request.getParent());
    message.setProperties(request.getObject());
    message.setOptions(this.#optionsOf(request));
    const response = (await this.#call(token, message.serializeBinary())) as TransformResponse;
    request.setObject(response.getProperties());
    const options = response.getOptions();
    if (options !== undefined) takeOptions(request, options);
  }

  /** The options a recording keeps, and those a transform is likely to look at. */
  #optionsOf(request: RegisterResourceRequest): TransformResourceOptions {
    const options = new this.#sdk.resources.TransformResourceOptions();
    if (request.hasProtect()) options.setProtect(request.getProtect() === true);
    if (hasRetainOnDelete(request)) options.setRetainOnDelete(request.getRetainondelete() === true);
    if (request.getDeletebeforereplacedefined())
      options.setDeleteBeforeReplace(request.getDeletebeforereplace());
    options.setDependsOnList(request.getDependenciesList());
    options.setIgnoreChangesList(request.getIgnorechangesList());
    options.setReplaceOnChangesList(request.getReplaceonchangesList());
    options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
    options.setAliasesList(request.getAliasesList() as Alias[]);
    options.setProvider(request.getProvider());
    options.setVersion(request.getVersion());
    options.setImport(request.getImportid());
    options.setDeletedWith(request.getDeletedwith());
    options.setHooks(request.getHooks());
    return options;
  }

  #call(token: string, message: Uint8Array): Promise<unknown> {
    const callback = this.#callbacks.get(token);
    if (callback === undefined)
      throw new Error(`The SDK registered a transform without its callback (${token})`);
    return callback(message);
  }
}

function takeOptions(request: RegisterResourceRequest, options: TransformResourceOptions): void {
  if (options.hasProtect()) request.setProtect(options.getProtect() === true);
  else request.clearProtect();
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() === true);
  else request.clearRetainondelete();
  request.setDependenciesList(options.getDependsOnList());
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setImportid(options.getImport());
  request.setHooks(options.getHooks());
}
