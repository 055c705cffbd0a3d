import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isReplacementComment, isSetComment } from "../../review/provider-facts/comments.ts";
import { parseDeclarations } from "../../review/provider-facts/declarations.ts";
import { factsFile, renderFacts } from "../../review/provider-facts/from-comments.ts";

describe("what the SDKs' comments say", () => {
  it("is what stands in the table; `npm run provider-facts` writes it anew", () => {
    assert.equal(readFileSync(factsFile, "utf8"), renderFacts());
  });

  it("is read with all the words that providers have for a replacement", () => {
    for (const comment of [
      "Name of the thing. Changing this forces a new resource to be created.",
      "Changing this value forces replacement of the resource.",
      "Forces replacement if changed.",
      "Region. Changing this will force terraform to create new resource.",
      "Changing this value will re-create the resource.",
      "(Optional, ForceNew) Size.",
      "Type of message. Cannot be changed after creation.",
      "Protocol, immutable after creation.",
      "Updates that change the subnet will create a new resource.",
    ]) {
      assert.ok(isReplacementComment(comment), comment);
    }
  });

  it("is not read where the words mean something else", () => {
    for (const comment of [
      "Changing this value triggers an update to the secret.",
      "Force a new task deployment of the service.",
      "Can be updated in place without recreating the channel.",
      "Replacement string to use when rewriting the matched input.",
      "Lower limit of instances in service during an instance replacement activity.",
      "This replaces the entire policy on the resource.",
    ]) {
      assert.ok(!isReplacementComment(comment), comment);
    }
  });

  it("tells sets from lists", () => {
    assert.ok(isSetComment("Set of Subnet IDs."));
    assert.ok(isSetComment("(Optional) A set of tags."));
    assert.ok(!isSetComment("List of rules. Each has a set of conditions."));
    assert.ok(!isSetComment("Settings of the thing."));
  });
});

describe("parseDeclarations", () => {
  it("gives interfaces with their properties and what is said of them, also within namespaces", () => {
    const source = `export interface QueueArgs {
    /**
     * Name of the queue.
     * Changing this forces a new resource.
     */
    name?: pulumi.Input<string | undefined>;
    plain: pulumi.Input<number>;
}
export declare namespace sqs {
    interface QueueRedrive {
        /** Where to. */
        target: string;
    }
}
interface Last {
    a: string;
}
`;
    assert.deepEqual(parseDeclarations(source), [
      {
        name: "QueueArgs",
        properties: [
          {
            name: "name",
            type: "pulumi.Input<string | undefined>;",
            comment: "Name of the queue. Changing this forces a new resource.",
          },
          { name: "plain", type: "pulumi.Input<number>;", comment: "" },
        ],
      },
      { name: "sqs.QueueRedrive", properties: [{ name: "target", type: "string;", comment: "Where to." }] },
      { name: "Last", properties: [{ name: "a", type: "string;", comment: "" }] },
    ]);
  });
});
