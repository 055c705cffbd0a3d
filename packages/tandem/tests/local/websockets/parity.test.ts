import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import { parityRows } from "../../../local/parity.ts";
import { LocalRun } from "../../../local/run.ts";
import { sampleEvent } from "../../../local/sample-events/sample-events.ts";
import { triggersOf } from "../../../local/sample-events/triggers.ts";
import { createServices } from "../../../local/services.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { recordedProgram } from "../../support/recordings.ts";
import { resource } from "../iam/recordings.ts";
import { lambda } from "../workers/support.ts";
import { socketApi } from "./support.ts";

const called = lambda("f", "exports.handler = async () => {};");

/** State and reason by logical name. */
function states(resources: RecordedResource[]): Record<string, string> {
  const { inOrder } = createServices({
    listen: { host: "127.0.0.1", port: 0 },
    reader: { line: () => {}, request: () => {} },
    log: () => {},
  });
  const rows = parityRows(recordedProgram(resources), inOrder);
  return Object.fromEntries(rows.map(({ name, state, reason }) => [name, `${state}: ${reason}`]));
}

const routeOf = (parts: { integration?: Values; route?: Values; function?: string }) =>
  states([called, ...socketApi({ name: "api", routes: { r: { function: "f", ...parts } } })]);

describe("samples for functions of a WebSocket API", () => {
  it("are messages of their routes", () => {
    const program = recordedProgram([
      called,
      ...socketApi({ name: "api", routes: { $connect: "f", say: "f" } }),
    ]);
    assert.deepEqual(triggersOf("f", program), [
      { kind: "websocket", source: "id0api/say", why: "a message of route say" },
    ]);
    const { requestContext, body } = sampleEvent(
      "websocket",
      called,
      program,
    ) as APIGatewayProxyWebsocketEventV2;
    assert.deepEqual([requestContext.routeKey, requestContext.apiId], ["say", "id0api"]);
    assert.equal(body, '{"action":"say"}');
  });
});

describe("parity of a WebSocket API", () => {
  it("is realised in all its parts", () => {
    const program = [
      called,
      ...socketApi({
        name: "api",
        routes: { $connect: { function: "f", answers: true, responses: { $default: "{}" } } },
      }),
      resource("aws:apigatewayv2/authorizer:Authorizer", "asks", {
        apiId: "id0api",
        authorizerType: "REQUEST",
      }),
    ];
    for (const [name, state] of Object.entries(states(program))) assert.match(state, /^realised: /, name);
    assert.equal(states(program).api, "realised: an address of its own on this machine, without TLS");
  });

  it("leaves deployments and models to what all APIs have of them", () => {
    const deployment = resource("aws:apigatewayv2/deployment:Deployment", "live", { apiId: "id0api" });
    assert.match(
      states([...socketApi({ name: "api", routes: {} }), deployment]).live ?? "",
      /^recorded only: /,
    );
  });

  it("names what does not run, at the route and where it stands", () => {
    const http = routeOf({ integration: { integrationType: "HTTP_PROXY" } });
    const why = "unsupported: integrations of type HTTP_PROXY of WebSocket APIs do not run here";
    assert.deepEqual([http["api-r"], http["api-calls r"]], [why, why]);
    assert.match(routeOf({ route: { apiKeyRequired: true } })["api-r"] ?? "", /^unsupported: API keys/);
    assert.match(routeOf({ function: "far" })["api-r"] ?? "", /^unsupported: function far is not part of/);
    const mock = { integrationType: "MOCK" };
    assert.match(routeOf({ integration: mock })["api-r"] ?? "", /^unsupported: the mock .* names no status/);
    const odd = states(
      socketApi({ name: "api", routes: {}, api: { routeSelectionExpression: "$request.header.x" } }),
    );
    assert.match(odd.api ?? "", /^unsupported: its routeSelectionExpression/);
  });

  it("stops a run with --strict, with what does not run by its name", async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), "tandem-socket-"));
    writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
    const program = socketApi({ name: "api", routes: { r: { integration: { integrationType: "HTTP" } } } });
    const recorded = Promise.resolve(recordedProgram(program));
    const listen = { host: "127.0.0.1", port: 0 };
    try {
      await assert.rejects(
        LocalRun.open({ cwd, stack: "dev", recorded, strict: true, listen, log: () => {} }),
        {
          name: "UserError",
          message:
            /^--strict: 2 resources cannot be realised here\.\n.*api-calls r: integrations of type HTTP/,
        },
      );
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
