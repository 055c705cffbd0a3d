/** The values are those that AWS was recorded to answer. */
import assert from "node:assert/strict";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { exchange } from "./exchange.ts";
import { FakeInvoker, handlerOf, headerValues, requestOf, restProgram, servedBy } from "./programs.ts";

const program = restProgram({
  methods: { "GET /{proxy+}": "f", "GET /hardcoded": "f" },
  stage: { deployment: "dep123" },
});

async function eventOf(target: string): Promise<APIGatewayProxyEvent> {
  const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
  const { answer } = await handlerOf(program, invoker).handle(requestOf(`GET ${target}`));
  assert.equal(answer.status, 200, target);
  return invoker.calls[0]?.payload as APIGatewayProxyEvent;
}

async function answerTo(result: unknown, line = "GET /dev/x") {
  return (await handlerOf(program, new FakeInvoker(() => result)).handle(requestOf(line))).answer;
}

describe("a REST API", () => {
  it("keeps the slash at the end in the path of an event, and leaves it out of the greedy parameter", async () => {
    const cases: [target: string, path: string, proxy: string, whole: string][] = [
      ["/dev/value", "/value", "value", "/dev/value"],
      ["/dev/value/", "/value/", "value", "/dev/value/"],
      ["/dev/value//inner", "/value//inner", "value//inner", "/dev/value//inner"],
      ["//dev/value", "/value", "value", "/dev/value"],
      ["/dev//value", "/value", "value", "/dev//value"],
    ];
    for (const [target, path, proxy, whole] of cases) {
      const event = await eventOf(target);
      assert.deepEqual(
        [event.path, event.pathParameters, event.requestContext.path],
        [path, { proxy }, whole],
        target,
      );
    }
    const hardcoded = await eventOf("/dev//hardcoded");
    assert.deepEqual([hardcoded.resource, hardcoded.pathParameters], ["/hardcoded", null]);
  });

  it("tells a function which deployment was called", async () => {
    const { requestContext } = await eventOf("/dev/value");
    assert.equal((requestContext as { deploymentId?: string }).deploymentId, "dep123");
  });

  it("tells the trace with a function's answer, and with none of its own", async () => {
    const [trace = ""] = headerValues(await answerTo({ statusCode: 200 }), "x-amzn-trace-id");
    assert.match(trace, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/);
    assert.deepEqual(headerValues(await answerTo("no object"), "x-amzn-trace-id"), []);
    assert.deepEqual(headerValues(await answerTo({}, "POST /dev/x"), "x-amzn-trace-id"), []);
  });

  it("sends headers that belong to itself by another name", async () => {
    const own = ["Date", "Server", "WWW-Authenticate", "Authorization", "Connection", "Content-MD5", "Host"];
    const others = { Age: "age", TE: "te", Via: "via", "X-Own": "own" };
    const headers = { ...Object.fromEntries(own.map((name) => [name, `own ${name}`])), ...others };
    const { port, close } = await servedBy(program, new FakeInvoker(() => ({ statusCode: 200, headers })));
    try {
      const text = await exchange(port, "GET /dev/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      for (const name of own)
        assert.ok(text.includes(`x-amzn-Remapped-${name}: own ${name}\r\n`), `${name}: ${text}`);
      assert.ok(text.includes("X-Own: own\r\n") && text.includes("Age: age\r\n"));
      assert.equal(text.split("\r\n").filter((line) => line.startsWith("Date: ")).length, 1);
    } finally {
      await close();
    }
  });

  it("sends headers of a list by another name too", async () => {
    const answer = await answerTo({ statusCode: 401, multiValueHeaders: { "www-authenticate": ["a", "b"] } });
    assert.deepEqual(headerValues(answer, "x-amzn-remapped-www-authenticate"), ["a", "b"]);
    assert.deepEqual(headerValues(answer, "www-authenticate"), []);
  });

  it("says with x-amzn-ErrorType what was too large or too much", async () => {
    const [slow] = headerValues(await answerTo({ requestId: "r", status: "throttled" }), "x-amzn-errortype");
    assert.equal(slow, "TooManyRequestsException");
    const large = requestOf("GET /dev/x", { headers: ["Content-Length", "10485761"] });
    const { answer } = await handlerOf(program, new FakeInvoker()).handle(large);
    assert.deepEqual(
      [answer.status, headerValues(answer, "x-amzn-errortype")],
      [413, ["RequestTooLargeException"]],
    );
  });
});
