/** Speaks the engine's protocol for providers and hands each request to the cloud. */
import * as grpc from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { answerInvoke } from "../../../program/invokes/invokes.ts";
import type { Cloud, Values } from "./cloud.ts";
import { kindOf } from "./kinds.ts";
import type { CloudResource } from "./store.ts";

type Call<Request> = { request: Request };
type Answer = (error: { code: number; message: string } | null, answer?: unknown) => void;
type Struct = InstanceType<typeof structs.Struct>;

/** Answers `make()`, or its failure in words. */
async function respond(answer: Answer, make: () => unknown): Promise<void> {
  let made: unknown;
  try {
    made = await make();
  } catch (error) {
    return answer({ code: grpc.status.UNKNOWN, message: (error as Error).message });
  }
  answer(null, made);
}

function cloudService(cloud: Cloud, version: string): grpc.UntypedServiceImplementation {
  return {
    ...handshakes(cloud, version),
    check: ({ request }: Call<InstanceType<typeof messages.CheckRequest>>, answer: Answer) =>
      respond(answer, () => check(cloud, request)),
    diff: ({ request }: Call<InstanceType<typeof messages.DiffRequest>>, answer: Answer) =>
      respond(answer, () => {
        const type = typeOf(request.getUrn());
        const [news, is] = [values(request.getNews()), values(request.getOlds())];
        const compared = (kindOf(type).compared ?? []).filter((key) => key in news && key in is);
        const olds = {
          ...values(request.getOldInputs()),
          ...Object.fromEntries(compared.map((key) => [key, is[key]])),
        };
        const { changed, replaces } = cloud.diff(type, olds, news);
        const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
        const response = new messages.DiffResponse();
        response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
        response.setDiffsList(changed);
        response.setReplacesList(replaces);
        return response;
      }),
    create: ({ request }: Call<InstanceType<typeof messages.CreateRequest>>, answer: Answer) =>
      respond(answer, () => create(cloud, request)),
    read: ({ request }: Call<InstanceType<typeof messages.ReadRequest>>, answer: Answer) =>
      respond(answer, () => read(cloud, request)),
    update: ({ request }: Call<InstanceType<typeof messages.UpdateRequest>>, answer: Answer) =>
      respond(answer, () => {
        const type = typeOf(request.getUrn());
        const news = values(request.getNews());
        const response = new messages.UpdateResponse();
        if (request.getPreview()) response.setProperties(struct({ ...values(request.getOlds()), ...news }));
        else
          response.setProperties(struct(state(cloud.update(request.getUrn(), type, request.getId(), news))));
        return response;
      }),
    delete: ({ request }: Call<InstanceType<typeof messages.DeleteRequest>>, answer: Answer) =>
      respond(answer, () => {
        cloud.delete(request.getUrn(), typeOf(request.getUrn()), request.getId());
        return new empty.Empty();
      }),
    invoke: ({ request }: Call<InstanceType<typeof messages.InvokeRequest>>, answer: Answer) =>
      respond(answer, async () => {
        const declared = (type: string) =>
          cloud.store.ofType(type).map((resource) => ({ ...state(resource), id: resource.id }));
        const context = { region: cloud.region, declared };
        const response = new messages.InvokeResponse();
        const result = await answerInvoke(request.getTok(), values(request.getArgs()), context, {});
        response.setReturn(struct(result as Values));
        return response;
      }),
  };
}

/** What passes before the first resource. */
function handshakes(cloud: Cloud, version: string): grpc.UntypedServiceImplementation {
  const accept = (_: unknown, answer: Answer) => answer(null, new empty.Empty());
  return {
    attach: accept,
    cancel: accept,
    getPluginInfo: (_: unknown, answer: Answer) => {
      const info = new plugins.PluginInfo();
      info.setVersion(version);
      answer(null, info);
    },
    checkConfig: ({ request }: Call<InstanceType<typeof messages.CheckRequest>>, answer: Answer) =>
      respond(answer, () => {
        const response = new messages.CheckResponse();
        response.setInputs(request.getNews());
        return response;
      }),
    diffConfig: (_: unknown, answer: Answer) => answer(null, new messages.DiffResponse()),
    configure: ({ request }: Call<InstanceType<typeof messages.ConfigureRequest>>, answer: Answer) =>
      respond(answer, () => {
        const { region } = values(request.getArgs());
        if (typeof region === "string") cloud.region = region;
        const response = new messages.ConfigureResponse();
        response.setSupportspreview(true);
        return response;
      }),
  };
}

function check(cloud: Cloud, request: InstanceType<typeof messages.CheckRequest>) {
  const urn = request.getUrn();
  const inputs = values(request.getNews());
  const response = new messages.CheckResponse();
  response.setInputs(struct(inputs));
  response.setFailuresList(
    cloud.unknownArguments(typeOf(urn), inputs).map((property) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(`${typeOf(urn)} takes no ${property}`);
      return failure;
    }),
  );
  return response;
}

async function create(cloud: Cloud, request: InstanceType<typeof messages.CreateRequest>) {
  const [urn, inputs] = [request.getUrn(), values(request.getProperties())];
  const response = new messages.CreateResponse();
  if (request.getPreview()) {
    response.setProperties(struct(cloud.plan(urn, typeOf(urn), inputs)));
    return response;
  }
  const resource = await cloud.create(urn, typeOf(urn), inputs);
  response.setId(resource.id);
  response.setProperties(struct(state(resource)));
  return response;
}

/** An import comes without inputs; a refresh with those the engine knows, and what cannot be read stays as they say. */
function read(cloud: Cloud, request: InstanceType<typeof messages.ReadRequest>) {
  const response = new messages.ReadResponse();
  const found = cloud.read(request.getUrn(), typeOf(request.getUrn()), request.getId());
  if (found === undefined) return response;
  response.setId(found.resource.id);
  response.setProperties(struct(state(found.resource)));
  response.setInputs(struct({ ...values(request.getInputs()), ...found.readable }));
  return response;
}

/** What nobody can read again is kept by the engine among the inputs alone: code would stand in its state twice. */
function state({ type, inputs, outputs }: CloudResource): Values {
  const hidden = kindOf(type).unreadable ?? [];
  return Object.fromEntries(
    Object.entries({ ...inputs, ...outputs }).filter(([key]) => !hidden.includes(key)),
  );
}

function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function values(wire: Struct | undefined): Values {
  return (wire?.toJavaScript() ?? {}) as Values;
}

function struct(given: Values): Struct {
  return structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(given)));
}

/**
 * @param version of the provider that it stands for
 * @returns the port
 */
export function serve(cloud: Cloud, version: string): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(
    ResourceProviderService as unknown as grpc.ServiceDefinition,
    cloudService(cloud, version),
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
