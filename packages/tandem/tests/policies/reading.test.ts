import assert from "node:assert/strict";
import { check } from "../../policies/check.ts";
import { recordedProgram, recordedResource } from "../support/recordings.ts";

/** How often rules ask the type of a resource, where there are so many queues and functions. */
function typeReads(count: number): number {
  let reads = 0;
  const resources = Array.from({ length: count }, (_, n) => [
    recordedResource({ type: "aws:sqs/queue:Queue", name: `queue-${n}` }),
    recordedResource({ type: "aws:lambda/function:Function", name: `function-${n}` }),
  ])
    .flat()
    .map((resource) => {
      const value = resource.type;
      return Object.defineProperty({ ...resource }, "type", {
        enumerable: true,
        get: () => {
          reads++;
          return value;
        },
      });
    });
  check(recordedProgram(resources));
  return reads / resources.length;
}

describe("how rules read a recording", () => {
  it("asks the type of a resource as often in a large program as in a small one", () => {
    const [small, large] = [typeReads(10), typeReads(40)];
    assert.ok(large <= small, `${small} times each of 20 resources, ${large} times each of 80`);
  });
});
