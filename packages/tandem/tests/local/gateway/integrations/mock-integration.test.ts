import assert from "node:assert/strict";
import { mockTarget } from "../../../../local/gateway/integrations/mock-integration.ts";
import type { Values } from "../../../../program/recording.ts";

const ok = { requestTemplates: { "application/json": '{ "statusCode": 200 }' } };

describe("mockTarget", () => {
  it("answers what the response with the template's status says", () => {
    const responses: Values[] = [
      { statusCode: "500", selectionPattern: "500" },
      {
        statusCode: "200",
        responseParameters: { "method.response.header.X-A": "'it's'" },
        responseTemplates: { "text/plain": "hello" },
      },
    ];
    assert.deepEqual(mockTarget(ok, responses), {
      kind: "mock",
      answer: { status: 200, headers: ["Content-Type", "text/plain", "X-A", "it's"], body: "hello" },
    });
    const failing = { requestTemplates: { "application/json": '{"statusCode":500}' } };
    const target = mockTarget(failing, responses);
    assert.equal(target.kind === "mock" && target.answer.status, 500);
  });

  it("runs nothing that it would have to work out", () => {
    const reasons = [
      mockTarget({}, [{ statusCode: "200" }]),
      mockTarget(ok, []),
      mockTarget(ok, [{ statusCode: "200", responseTemplates: { "application/json": "$input.body" } }]),
      mockTarget(ok, [
        { statusCode: "200", responseParameters: { "method.response.header.X": "context.requestId" } },
      ]),
      mockTarget(ok, [{ statusCode: "200", responseParameters: { "method.response.header.X Y": "'1'" } }]),
    ].map((target) => (target.kind === "unsupported" ? target.reason : assert.fail("it runs")));
    assert.equal(new Set(reasons).size, 4);
  });
});
