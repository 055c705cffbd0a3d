import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitorClass } from "../../program/monitor.ts";
import { loadSdk } from "../../program/sdk.ts";

type Messages = typeof import("@pulumi/pulumi/proto/resource_pb.js");
type Structs = typeof import("google-protobuf/google/protobuf/struct_pb.js");
type Answer = (error: Error | null, answer: unknown) => void;

const require = createRequire(import.meta.url);

/** The messages of a second copy of the SDK, as a package manager puts it beside a provider's package. */
function copyMessages(folder: string): { messages: Messages; structs: Structs } {
  const packages = join(folder, "node_modules");
  const copy = join(packages, "@pulumi/pulumi/proto");
  cpSync(dirname(require.resolve("@pulumi/pulumi/proto/resource_pb.js")), copy, { recursive: true });
  for (const name of ["google-protobuf", "@grpc"]) {
    symlinkSync(join(process.cwd(), "node_modules", name), join(packages, name));
  }
  return {
    messages: require(join(copy, "resource_pb.js")),
    structs: createRequire(copy)("google-protobuf/google/protobuf/struct_pb.js"),
  };
}

async function answered(ask: (answer: Answer) => unknown): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    ask((error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

describe("a second copy of the SDK in a program", () => {
  const sdk = loadSdk(process.cwd());
  let folder: string;
  let copy: ReturnType<typeof copyMessages>;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "sdk-copies-")));
    mkdirSync(join(folder, "node_modules"));
    copy = copyMessages(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  function monitor() {
    return new (monitorClass(sdk))({
      project: "shop",
      stack: "dev",
      region: "eu-central-1",
      folders: { project: folder, program: folder },
      preview: false,
      invokes: {},
      stackReferences: {},
    } as ConstructorParameters<ReturnType<typeof monitorClass>>[0]);
  }

  it("has answers to registrations in its own messages", async () => {
    const request = new copy.messages.RegisterResourceRequest();
    request.setType("aws:sqs/queue:Queue");
    request.setName("mail");
    request.setCustom(true);
    request.setObject(copy.structs.Struct.fromJavaScript({ name: "mail-queue" }));
    const answer = await answered((done) => monitor().registerResource(request, done));
    assert.ok(answer instanceof copy.messages.RegisterResourceResponse);
    assert.equal(answer.getUrn(), "urn:pulumi:dev::shop::aws:sqs/queue:Queue::mail");
    assert.equal(answer.getObject()?.toJavaScript().name, "mail-queue");
  });

  it("has answers to what it reads in its own messages", async () => {
    const request = new copy.messages.ReadResourceRequest();
    request.setType("aws:sqs/queue:Queue");
    request.setName("mail");
    request.setId("mail-queue");
    const answer = await answered((done) => monitor().readResource(request, done));
    assert.ok(answer instanceof copy.messages.ReadResourceResponse);
    assert.equal(answer.getUrn(), "urn:pulumi:dev::shop::aws:sqs/queue:Queue::mail");
  });

  it("has answers of functions of providers in its own messages", async () => {
    const request = new copy.messages.ResourceInvokeRequest();
    request.setTok("aws:index/getRegion:getRegion");
    const answer = await answered((done) => monitor().invoke(request, done));
    assert.ok(answer instanceof copy.messages.ResourceInvokeResponse);
    assert.equal(answer.getReturn()?.toJavaScript().name, "eu-central-1");
  });

  /** Its request cannot say that protection was not set, and cannot take it back. */
  function anOlderRequest() {
    const Request = copy.messages.RegisterResourceRequest;
    const request = new Request();
    for (const name of ["hasProtect", "clearProtect", "hasRetainondelete", "clearRetainondelete"])
      Object.defineProperty(request, name, { value: undefined });
    return request;
  }

  it("may be older than the first one, whose transforms see its requests and change them", async () => {
    const seen: string[] = [];
    const recorder = monitor();
    recorder.transforms.install(recorder);
    const callbacks = sdk.state.getStore().callbacks as InstanceType<typeof sdk.callbacks.CallbackServer>;
    callbacks.registerStackTransform(({ name, props, opts }) => {
      seen.push(`${name} ${JSON.stringify(props)}`);
      return { props: { ...props, delaySeconds: 5 }, opts: { ...opts, protect: true } };
    });
    await callbacks.awaitStackRegistrations();
    const request = anOlderRequest();
    request.setType("aws:sqs/queue:Queue");
    request.setName("mail");
    request.setCustom(true);
    request.setObject(copy.structs.Struct.fromJavaScript({ name: "mail-queue" }));
    const answer = await answered((done) => recorder.registerResource(request, done));
    assert.ok(answer instanceof copy.messages.RegisterResourceResponse);
    assert.equal(answer.getObject()?.toJavaScript().delaySeconds, 5);
    assert.deepEqual(seen, ['mail {"name":"mail-queue"}']);
    const [recorded] = recorder.registry.resources;
    assert.deepEqual(recorded?.inputs, { name: "mail-queue", delaySeconds: 5 });
    assert.equal(recorded?.protect, true);
  });

  it("leaves the answers to the first copy as they were made", async () => {
    const request = new sdk.resources.RegisterResourceRequest();
    request.setType("aws:sqs/queue:Queue");
    request.setName("mail");
    const answer = await answered((done) => monitor().registerResource(request, done));
    assert.ok(answer instanceof sdk.resources.RegisterResourceResponse);
  });
});
