import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { Mistake } from "../mistake.ts";
import { declare } from "./support/declare.ts";

describe("Mistake", () => {
  it("keeps its message through every property that waits for it", async () => {
    const broken = Promise.reject(new Mistake("Nothing works"));
    const program = () => {
      const topic = new aws.sns.Topic("first", { name: broken });
      new aws.sns.Topic("second", { name: topic.name });
    };
    await assert.rejects(declare(program), { name: "Mistake", message: "Nothing works" });
  });
});
