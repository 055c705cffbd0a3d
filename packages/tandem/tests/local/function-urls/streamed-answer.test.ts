import assert from "node:assert/strict";
import { FunctionStream } from "../../../local/function-urls/streamed-answer.ts";

describe("the stream of a function", () => {
  it("holds nobody up whose head cannot be one: what follows it is read by nobody", async () => {
    const stream = new FunctionStream();
    stream.begin("application/vnd.awslambda.http-integration-response");
    assert.equal(stream.write(Buffer.from("[1]\0\0\0\0\0\0\0\0some")), undefined);
    await assert.rejects(stream.head, /the head of the stream is \[1\], no object/);
    assert.equal(stream.write(Buffer.alloc(100_000)), undefined);
    stream.end();
  });
});
