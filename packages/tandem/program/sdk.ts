/**
 * Loads the Pulumi SDK that a program will itself load: from the program's own node_modules where it has one, else ours.
 * Recording with another copy would see none of the program's resources.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installCommand } from "../shared/install-command.js";

/** The part of the SDK's global state that a recording touches; the SDK does not declare it. */
interface Store {
  settings: { options: { rootDirectory?: string } };
  callbacks?: object;
}

export interface Sdk {
  settings: typeof import("@pulumi/pulumi/runtime/settings.js") & {
    /** Exported, but left out of the declarations: resolves when no request is on its way any more. */
    waitForRPCs(): Promise<void>;
  };
  config: typeof import("@pulumi/pulumi/runtime/config.js");
  stack: typeof import("@pulumi/pulumi/runtime/stack.js");
  state: { getStore(): Store };
  callbacks: typeof import("@pulumi/pulumi/runtime/callbacks.js");
  mocks: typeof import("@pulumi/pulumi/runtime/mocks.js");
  resources: typeof import("@pulumi/pulumi/proto/resource_pb.js");
  /** The message that answers a function of a provider; older versions have it among the messages of providers. */
  InvokeResponse: new () => import("@pulumi/pulumi/proto/resource_pb.js").ResourceInvokeResponse;
  structs: typeof import("google-protobuf/google/protobuf/struct_pb.js");
  resource: { Resource: { stackTrace?: () => unknown[] } };
  debuggable: { debuggablePromise: <T>(promise: Promise<T>) => Promise<T> };
}

/** @param folder where the program's own imports are resolved from */
export function loadSdk(folder: string): Sdk {
  const entry = findSdk(folder);
  const require = createRequire(entry);
  const resources = require("./proto/resource_pb.js");
  const callbacks = requireCallbacks(require, folder);
  return {
    settings: require("./runtime/settings.js"),
    config: require("./runtime/config.js"),
    stack: require("./runtime/stack.js"),
    state: require("./runtime/state.js"),
    callbacks,
    mocks: require("./runtime/mocks.js"),
    resources,
    InvokeResponse: resources.ResourceInvokeResponse ?? require("./proto/provider_pb.js").InvokeResponse,
    structs: require("google-protobuf/google/protobuf/struct_pb.js"),
    resource: require("./resource.js"),
    debuggable: require("./runtime/debuggable.js"),
  };
}

/**
 * The SDK keeps the call stack of every promise it makes, to report leaks, and of every resource, for the engine's
 * messages, and writes each answer, with the code of functions in it, to its debug log. Nothing here reads any of that,
 * and it is a third of the time it takes to record a program.
 */
export function skipDebugAids(sdk: Sdk): void {
  sdk.debuggable.debuggablePromise = (promise) => promise;
  sdk.resource.Resource.stackTrace = () => [];
  const answers = [
    sdk.resources.RegisterResourceResponse,
    sdk.resources.ReadResourceResponse,
    sdk.InvokeResponse,
  ];
  for (const { prototype } of answers) prototype.toString = () => "an answer";
}

/** The first release with the callbacks of transforms. */
const OLDEST_SDK = "3.111";

/** Their first version is the oldest that is recorded: what a program declares may depend on its transforms. */
function requireCallbacks(require: NodeJS.Require, folder: string): Sdk["callbacks"] {
  try {
    return require("./runtime/callbacks.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    const { version } = require("./package.json");
    throw new Error(
      `The program's SDK, @pulumi/pulumi ${version}, is too old to be recorded, which takes ${OLDEST_SDK} or newer; run ${installCommand(folder, "@pulumi/pulumi@latest")}`,
    );
  }
}

/** Main file of the SDK that a program in this folder loads. */
export function findSdk(folder: string): string {
  try {
    return createRequire(join(folder, "index.js")).resolve("@pulumi/pulumi");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return createRequire(import.meta.url).resolve("@pulumi/pulumi");
  }
}
