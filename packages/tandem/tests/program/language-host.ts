/**
 * Runs a program in the SDK's own language host, as `pulumi up` does: the installed package's `cmd/run` in a process of its own, beside
 * a monitor and an engine of which it sees no more than their gRPC services. What it registers is what is deployed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
const grpc: typeof import("@grpc/grpc-js") = createRequire(require.resolve("@pulumi/pulumi"))(
  "@grpc/grpc-js",
);
const root = resolve(import.meta.dirname, "../../../..");

export interface Registered {
  type: string;
  name: string;
  inputs: unknown;
}

export interface HostRun {
  /** Without the stack and providers, by name. */
  resources: Registered[];
  /** Stack outputs. */
  outputs: unknown;
  /** What it told the engine as errors, and its exit code where that is not 0. */
  failure?: string;
}

/** What the CLI hands on of `options` of Pulumi.yaml's runtime. */
export interface HostOptions {
  typescript?: boolean;
  tsconfig?: string;
  /** Without quotation marks. */
  nodeargs?: string;
}

type Call = { request: Message };
type Message = {
  getType(): string;
  getName(): string;
  getUrn(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): unknown } | undefined;
  getOutputs(): { toJavaScript(): unknown } | undefined;
  getSeverity(): number;
  getMessage(): string;
};
type Answer = (error: null, message: object) => void;

const ERROR_SEVERITY = 3;

/** @param cwd folder of Pulumi.yaml, or the one that its `main` names @param sdk folder of the SDK */
export async function runLanguageHost(
  cwd: string,
  { typescript = true, tsconfig, nodeargs }: HostOptions = {},
  sdk = resolve(root, "node_modules/@pulumi/pulumi"),
): Promise<HostRun> {
  const registered: Registered[] = [];
  const errors: string[] = [];
  let outputs: unknown;
  const server = serve({
    registerResource({ request }, answer) {
      const message = new resources.RegisterResourceResponse();
      const urn = `urn:pulumi:dev::host::${request.getType()}::${request.getName()}`;
      message.setUrn(urn);
      if (request.getCustom()) message.setId(`${request.getName()}-id`);
      message.setObject(request.getObject());
      if (!request.getType().startsWith("pulumi:")) {
        registered.push({
          type: request.getType(),
          name: request.getName(),
          inputs: request.getObject()?.toJavaScript() ?? {},
        });
      }
      answer(null, message);
    },
    registerResourceOutputs({ request }, answer) {
      if (request.getUrn().includes("pulumi:pulumi:Stack")) outputs = request.getOutputs()?.toJavaScript();
      answer(null, new empty.Empty());
    },
    log({ request }, answer) {
      if (request.getSeverity() >= ERROR_SEVERITY) errors.push(request.getMessage());
      answer(null, new empty.Empty());
    },
  });
  const port = await listen(server);
  try {
    const child = spawn(
      process.execPath,
      [
        ...(nodeargs?.split(" ") ?? []),
        resolve(sdk, "cmd/run"),
        ...["--monitor", `127.0.0.1:${port}`, "--engine", `127.0.0.1:${port}`],
        ...["--project", "host", "--stack", "dev", "--parallel", "1", "--pwd", cwd, "."],
      ],
      {
        cwd,
        env: {
          ...process.env,
          PULUMI_NODEJS_TYPESCRIPT: String(typescript),
          ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
          PULUMI_CONFIG: "{}",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const output: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    const failure =
      code === 0 && errors.length === 0
        ? {}
        : { failure: [...errors, ...output].join("\n") || `exit code ${code}` };
    return { resources: registered.sort((a, b) => (a.name < b.name ? -1 : 1)), outputs, ...failure };
  } finally {
    server.forceShutdown();
  }
}

const resources = require("@pulumi/pulumi/proto/resource_pb.js");
const engine = require("@pulumi/pulumi/proto/engine_pb.js");
const empty = createRequire(require.resolve("@pulumi/pulumi"))("google-protobuf/google/protobuf/empty_pb.js");

/** Whatever else a program asks for is not known here, and its call fails. */
function serve(methods: Record<string, (call: Call, answer: Answer) => void>) {
  const server = new grpc.Server();
  const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb.js");
  const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
  const known: typeof methods = {
    ...methods,
    supportsFeature(_, answer) {
      const message = new resources.SupportsFeatureResponse();
      message.setHassupport(false);
      answer(null, message);
    },
    setRootResource: (_, answer) => answer(null, new engine.SetRootResourceResponse()),
    getRootResource: (_, answer) => answer(null, new engine.GetRootResourceResponse()),
    signalAndWaitForShutdown: (_, answer) => answer(null, new empty.Empty()),
  };
  for (const service of [ResourceMonitorService, EngineService]) {
    server.addService(
      service,
      Object.fromEntries(
        Object.keys(service).flatMap((name) => (known[name] ? [[name, known[name]]] : [])),
      ) as never,
    );
  }
  return server;
}

function listen(server: import("@grpc/grpc-js").Server): Promise<number> {
  return new Promise((done, fail) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? fail(error) : done(port),
    ),
  );
}
