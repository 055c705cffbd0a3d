import assert from "node:assert/strict";
import { programUnderTest } from "pulumi-tandem";
import { event } from "../support/event.ts";

describe("hello", () => {
  it("answers GET /hello", async () => {
    const program = await programUnderTest();
    const answer = await program.invoke("hello", event({ routeKey: "GET /hello" }));
    assert.deepEqual([answer.statusCode, JSON.parse(answer.body)], [200, "Hello from Lambda!"]);
  });
});
