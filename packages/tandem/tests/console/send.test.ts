import assert from "node:assert/strict";
import { Api } from "../../console/api.ts";
import type { Detail } from "../../console/page/types.ts";
import { wscatOf } from "../../console/page/views/sent-again.ts";
import { Recorder } from "../../console/recorder.ts";
import type { ServedAddress } from "../../local/served-address.ts";
import { resource } from "../local/iam/recordings.ts";
import { openRun, type SocketRun, socketApi } from "../local/websockets/support.ts";
import { functionArn, lambda } from "../local/workers/support.ts";
import { request } from "./happened.ts";

/** Everything that is called alike: what asks for one of them by its name alone cannot tell which is meant. */
const NAME = "same";
const program = [
  resource(
    "aws:apigatewayv2/api:Api",
    NAME,
    { protocolType: "HTTP" },
    {
      apiEndpoint: "https://http.execute-api.eu-central-1.amazonaws.com",
      executionArn: "arn:aws:execute-api:eu-central-1:123456789012:http",
    },
  ),
  {
    ...resource(
      "aws:apigateway/restApi:RestApi",
      NAME,
      {},
      { executionArn: "arn:aws:execute-api:eu-central-1:123456789012:rest" },
    ),
    id: "rest",
  },
  resource(
    "aws:lambda/functionUrl:FunctionUrl",
    NAME,
    { functionName: functionArn("f"), authorizationType: "AWS_IAM" },
    { urlId: "url", functionUrl: "https://url.lambda-url.eu-central-1.on.aws/" },
  ),
  lambda("f", "exports.handler = async () => 1;"),
  ...socketApi({ name: NAME, routes: {} }).map((one) =>
    one.type === "aws:apigatewayv2/api:Api" ? { ...one, urn: `${one.urn}-socket` } : one,
  ),
];

describe("requests sent again by the console", () => {
  const recorder = new Recorder();
  let run: SocketRun;
  let api: Api;
  let addresses: ServedAddress[];

  before(async () => {
    run = await openRun(program, recorder);
    api = new Api(run.run, recorder);
    addresses = run.run.services.addresses();
  });

  after(() => run.close());

  async function asked<T>(
    method: string,
    path: string,
    body: object = {},
  ): Promise<{ status: number; answer: T }> {
    const url = new URL(path, "http://console");
    const { status, body: text } = await api.answer({
      method,
      path: url.pathname,
      query: url.searchParams,
      body: Buffer.from(JSON.stringify(body)),
    });
    return { status, answer: JSON.parse(String(text)) as T };
  }
  const of = (wanted: ServedAddress["type"]) =>
    addresses.find(({ type }) => type === wanted) ?? assert.fail(wanted);

  it("have addresses of all that shares a name", async () => {
    assert.deepEqual(
      addresses.map(({ type, name }) => [type, name]),
      ["HTTP", "REST", "WEBSOCKET", "URL"].map((type) => [type, NAME]),
    );
    const { answer } = await asked<{ apis: ServedAddress[] }>("GET", "/api/home");
    assert.deepEqual(answer.apis, addresses);
  });

  for (const type of ["HTTP", "REST", "URL"] as const) {
    it(`go where they came by, and say so: ${type}`, async () => {
      await (await fetch(`${of(type).url}/first`)).text();
      const entry = [...recorder.entries()].find((one) => one.kind === "request" && one.protocol === type);
      const { answer: detail } = await asked<Detail>("GET", `/api/requests/${entry?.id}`);
      assert.deepEqual(detail.address, of(type));
      await asked("POST", "/api/send", { again: entry?.id, target: "/second" });
      const second = [...recorder.entries()].find(
        (one) => one.kind === "request" && one.target === "/second" && one.protocol === type,
      );
      assert.ok(second);
    });

    it(`go to one that is named with its type: ${type}`, async () => {
      await asked("POST", "/api/send", { api: NAME, type, target: "/named" });
      assert.ok(
        [...recorder.entries()].find(
          (one) => one.kind === "request" && one.target === "/named" && one.protocol === type,
        ),
      );
    });
  }

  it("are refused where nothing of that name answers, or not any more", async () => {
    const { answer } = await asked<{ error: string }>("POST", "/api/send", { api: NAME, type: "SITE" });
    assert.match(JSON.stringify(answer), /There is no API \\"same\\" of type SITE\./);
    recorder.request(request({ api: "gone", apiId: "gone" }));
    const [entry] = recorder.entries();
    const gone = await asked("POST", "/api/send", { again: entry?.id });
    assert.match(JSON.stringify(gone.answer), /gone, by which it came, is not served any more\./);
  });

  it("are a line for a client where they came by a WebSocket", async () => {
    const { id, url } = of("WEBSOCKET");
    const came = { apiId: id, protocol: "WEBSOCKET", stage: "dev" } as const;
    const line = async (change: object) => {
      recorder.request(request({ ...came, ...change }));
      const last = Math.max(...[...recorder.entries()].map((one) => one.id));
      return wscatOf((await asked<Detail>("GET", `/api/requests/${last}`)).answer);
    };
    assert.equal(
      await line({
        method: "CONNECT",
        target: "/dev?room=1",
        headers: ["Upgrade", "websocket", "Sec-WebSocket-Key", "k", "X-Room", "it's"],
      }),
      `npx wscat -c '${url}/dev?room=1' -H 'X-Room: it'\\''s'`,
    );
    assert.equal(
      await line({ method: "MESSAGE", target: "/dev/$default", body: Buffer.from('{"a":1}') }),
      `npx wscat -c '${url}/dev' -x '{"a":1}'`,
    );
  });
});
