import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "../bucket.ts";
import { every, everyName } from "../declared.ts";
import { DynamoTable } from "../dynamo-table.ts";
import { LambdaFunction } from "../lambda-function.ts";
import { Queue } from "../queue.ts";
import { Tracing } from "../tracing.ts";
import { declare } from "./support/declare.ts";

const work = (name: string, opts?: pulumi.ComponentResourceOptions) =>
  new LambdaFunction(name, { entry: "packages/components/tests/fixtures/hello.ts" }, opts);

describe("what a program has declared", () => {
  it("is every component of a kind in its order, those inside others too, and nothing of another program", async () => {
    await declare(() => void work("before"));
    const seen: string[] = [];
    await declare(() => {
      work("b");
      const group = new pulumi.ComponentResource("shop:index:Group", "group");
      work("a", { parent: group });
      seen.push(...every("functions", "the test").map(({ name }) => name));
    });
    assert.deepEqual(seen, ["b", "a"]);
  });

  it("is told by its names in the cloud; the log of a bucket belongs to that bucket", async () => {
    const declared = await declare(() => {
      work("answer");
      new DynamoTable("orders", { partitionKey: { name: "id", type: "S" } });
      new Bucket("imports", { accessLog: true });
      new Queue("changes");
      return { ...everyName() };
    });
    const { outputs } = declared.recording;
    assert.deepEqual(
      [outputs.functions, outputs.tables, outputs.databases],
      [{ answer: "tandem-dev-answer" }, { orders: "tandem-dev-orders" }, {}],
    );
    assert.deepEqual(
      [Object.keys(outputs.buckets as object), Object.keys(outputs.queues as object)],
      [["imports"], ["changes"]],
    );
  });

  for (const [reader, read] of [
    ["tracing", () => new Tracing("tracing")],
    ["the output functions", everyName],
  ] as const) {
    it(`is complete when ${reader} asks for it: what comes later is refused`, async () => {
      const late = () => {
        work("early");
        read();
        work("late");
      };
      await assert.rejects(declare(late), {
        message: `"late" is declared after ${reader}, which is about all functions and would not see it; declare it before`,
      });
    });
  }
});
