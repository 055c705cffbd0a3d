/** Makes workers: a thread, the environment and the folders that one function needs. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { SessionCredentials } from "../iam/credentials.ts";
import type { Addresses } from "../service.ts";
import type { FunctionPlaces } from "../source-maps/function-places.ts";
import { workerEnvironment } from "./environment.ts";
import { FunctionWorker } from "./function-worker.ts";
import { layerPackages } from "./layers.ts";
import type { Log } from "./log.ts";
import type { Assignment } from "./protocol.ts";
import { findPython, isPython, type Python } from "./python/interpreter.ts";
import { PythonProcess } from "./python/python-process.ts";
import type { Sandbox } from "./sandbox.ts";
import { type FunctionSettings, nodeMajor } from "./settings.ts";
import type { ThreadSupply } from "./thread-supply.ts";
import type { UnpackedCode } from "./unpack.ts";

export interface FactoryOptions {
  threads: ThreadSupply;
  log: Log;
  addresses: Pick<Addresses, "apply" | "variables" | "plainPorts">;
  credentialsOf: (roleArn: string, session: string) => SessionCredentials;
  /** Folder of the program. */
  projectFolder: string;
  /** Holds a folder for each worker's /tmp. */
  temporaryFolder: string;
  /** What functions send to addresses of the cloud may leave this machine. */
  allowCloud: boolean;
  /** Somebody looks at what functions do. */
  isObserved: boolean;
  /** For a debugger. */
  inspected: boolean;
  /** A function wanted to reach one, and may not. */
  refused(functionName: string, host: string): void;
}

export interface Unpacked {
  code: UnpackedCode;
  /** What it sees as /opt. */
  layers: UnpackedCode | undefined;
}

export class WorkerFactory {
  readonly #options: FactoryOptions;

  constructor(options: FactoryOptions) {
    this.#options = options;
  }

  create(
    settings: FunctionSettings,
    code: Unpacked,
    places: FunctionPlaces,
    onEnd: (worker: FunctionWorker) => void,
  ): FunctionWorker {
    const { log, refused } = this.#options;
    const assignment = this.assignment(settings, code);
    const worker: FunctionWorker = new FunctionWorker(
      this.#sandbox(settings),
      settings,
      assignment,
      { log, places },
      {
        onEnd: () => {
          onEnd(worker);
          this.#removeTemporaryFolder(settings.name, assignment.temporaryFolder);
        },
        onRefused: (host) => refused(settings.name, host),
      },
    );
    return worker;
  }

  /** All that a function can read of its surroundings, with this machine's addresses. */
  environment(settings: FunctionSettings, code: UnpackedCode, logStreamName: string): Record<string, string> {
    const { addresses, credentialsOf } = this.#options;
    const credentials =
      settings.roleArn === undefined ? undefined : credentialsOf(settings.roleArn, settings.name);
    return workerEnvironment(settings, { addresses, credentials, taskRoot: code.taskRoot, logStreamName });
  }

  /** What runs the function where that is no thread; undefined where it is one. */
  python({ runtime }: FunctionSettings): Python | undefined {
    return isPython(runtime) ? findPython(runtime, this.#options.projectFolder) : undefined;
  }

  #sandbox(settings: FunctionSettings): Sandbox {
    const python = this.python(settings);
    return python ? new PythonProcess(python) : this.#options.threads.take(settings.memorySize);
  }

  #removeTemporaryFolder(functionName: string, folder: string): void {
    rm(folder, { recursive: true, force: true }).catch((error: Error) =>
      this.#options.log.write(functionName, `The worker's /tmp could not be removed: ${error.message}`),
    );
  }

  /** For one thread: the instance that it names is in its log stream and its /tmp. */
  assignment(settings: FunctionSettings, { code, layers }: Unpacked): Assignment {
    const instance = randomBytes(16).toString("hex");
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const logStreamName = `${day}/[${settings.version}]${instance}`;
    return {
      functionName: settings.name,
      functionVersion: settings.version,
      memoryLimitInMB: settings.memorySize,
      timeout: settings.timeout * 1000,
      logGroupName: settings.logGroupName,
      logStreamName,
      logFormat: settings.logFormat,
      environment: this.environment(settings, code, logStreamName),
      handler: settings.handler,
      nodeMajor: isPython(settings.runtime) ? 0 : nodeMajor(settings.runtime),
      taskRoot: code.taskRoot,
      layers: layers && {
        root: layers.taskRoot,
        packages: layerPackages(layers.taskRoot, settings.runtime),
      },
      projectFolder: this.#options.projectFolder,
      codeCache: code.codeCache,
      temporaryFolder: path.join(this.#options.temporaryFolder, instance),
      allowCloud: this.#options.allowCloud,
      plainPorts: this.#options.addresses.plainPorts(),
      isObserved: this.#options.isObserved,
      inspected: this.#options.inspected,
    };
  }
}
