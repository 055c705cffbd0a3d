import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describeFailure, type Failure } from "../../program/failure.ts";
import { record } from "../../program/record.ts";
import { find, names } from "./fixtures.ts";

describe("record", () => {
  it("records what a function declares and returns", async () => {
    const recording = await record(() => {
      const topic = new aws.sns.Topic("news", { displayName: "News" });
      return { arn: topic.arn };
    });
    assert.deepEqual(names(recording), ["news"]);
    assert.deepEqual(find(recording, "news").inputs, { displayName: "News" });
    assert.deepEqual(recording.outputs, { arn: find(recording, "news").outputs.arn });
  });

  it("gives the program its project, stack and config, secrets among it", async () => {
    const { outputs, config } = await record(
      () => {
        const own = new pulumi.Config();
        return { size: own.requireNumber("size"), key: own.requireSecret("key"), where: pulumi.getStack() };
      },
      {
        project: "shop",
        stack: "prod",
        config: { size: 2, key: "k", "aws:region": "eu-west-1" },
        secrets: ["key"],
      },
    );
    const secret = { $: "secret", value: "k" };
    assert.deepEqual(outputs, { size: 2, key: secret, where: "prod" });
    assert.deepEqual(config, { "shop:size": 2, "shop:key": secret, "aws:region": "eu-west-1" });
  });

  it("waits for what is declared inside an apply", async () => {
    const recording = await record(() => {
      const first = new aws.sns.Topic("first");
      first.arn.apply((arn) => new aws.sns.Topic("second", { displayName: arn }));
    });
    assert.deepEqual(names(recording), ["first", "second"]);
  });

  it("keeps recordings apart that are asked for at once", async () => {
    const recordings = await Promise.all(
      ["a", "b", "c"].map((name) => record(() => void new aws.sns.Topic(name), { project: name })),
    );
    assert.deepEqual(recordings.map(names), [["a"], ["b"], ["c"]]);
    assert.deepEqual(
      recordings.map(({ project }) => project),
      ["a", "b", "c"],
    );
  });

  it("rejects with what the program threw, and the next recording runs", async () => {
    await assert.rejects(
      record(() => {
        throw new Error("no such tier");
      }),
      { message: "no such tier" },
    );
    assert.deepEqual(names(await record(() => void new aws.sns.Topic("after"))), ["after"]);
  });

  it("rejects with what an apply threw that a resource waited for", async () => {
    const failing = record(() => {
      const name = new aws.sns.Topic("a").arn.apply((): string => {
        throw new Error("wrong arn");
      });
      new aws.sns.Topic("b", { displayName: name });
    });
    await assert.rejects(failing, /wrong arn/);
  });

  it("leaves unknown in a preview what only the cloud knows", async () => {
    const { outputs } = await record(
      () => {
        const topic = new aws.sns.Topic("a", { name: "a" });
        return { arn: topic.arn, id: topic.id, name: topic.name };
      },
      { preview: true },
    );
    assert.deepEqual(outputs, { arn: { $: "unknown" }, id: { $: "unknown" }, name: "a" });
  });

  it("knows the name that a preview plans for what has none", async () => {
    const { outputs } = await record(() => ({ name: new aws.sns.Topic("a").name }), { preview: true });
    assert.match(String(outputs.name), /^a-[0-9a-f]{7}$/);
  });

  it("keeps how a resource is replaced, deleted and waited for, where the program says so", async () => {
    const { resources } = await record(() => {
      const bucket = new aws.s3.Bucket("bucket", {});
      new aws.s3.BucketPolicy(
        "policy",
        { bucket: "b", policy: "{}" },
        {
          deleteBeforeReplace: false,
          replaceOnChanges: ["policy", "bucket"],
          deletedWith: bucket,
          customTimeouts: { create: "30m", delete: "1h" },
          dependsOn: bucket,
        },
      );
    });
    const [bucket, policy] = resources;
    const urn = bucket?.urn ?? "";
    const { deleteBeforeReplace, replaceOnChanges, deletedWith, customTimeouts, dependencies } = policy ?? {};
    assert.deepEqual(
      { deleteBeforeReplace, replaceOnChanges, deletedWith, customTimeouts, dependencies },
      {
        deleteBeforeReplace: false,
        replaceOnChanges: ["bucket", "policy"],
        deletedWith: urn,
        customTimeouts: { create: "30m", delete: "1h" },
        dependencies: [urn],
      },
    );
    for (const option of ["deleteBeforeReplace", "replaceOnChanges", "deletedWith", "customTimeouts"]) {
      assert.ok(!(option in (bucket ?? {})), option);
    }
  });

  it("keeps what the program logs", async () => {
    const { diagnostics } = await record(async () => {
      const topic = new aws.sns.Topic("a");
      await pulumi.log.warn("careful", topic);
    });
    assert.deepEqual(diagnostics, [
      { severity: "warning", message: "careful", urn: "urn:pulumi:dev::tandem::aws:sns/topic:Topic::a" },
    ]);
  });

  it("gives the SDK its own way to the engine back", async () => {
    const settings = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js") as {
      getEngine: unknown;
    };
    const { getEngine } = settings;
    await record(() => {});
    assert.equal(settings.getEngine, getEngine);
  });

  it("looks up a resource that the program itself declares", async () => {
    const { outputs } = await record(async () => {
      const topic = new aws.sns.Topic("news", { name: "shop-news" });
      const found = topic.arn.apply(() => aws.sns.getTopic({ name: "shop-news" }));
      return { same: pulumi.all([topic.id, found.id]).apply(([made, read]) => made === read) };
    });
    assert.equal(outputs.same, true);
  });

  it("answers invokes with the caller's functions before its own", async () => {
    const { outputs } = await record(
      async () => ({
        region: (await aws.getRegion()).region,
        image: (await aws.ec2.getAmi({ owners: ["self"] })).id,
        account: (await aws.getCallerIdentity()).accountId,
      }),
      {
        config: { "aws:region": "eu-west-1" },
        invokes: {
          "aws:ec2/getAmi:getAmi": ({ owners }, { region }) => ({ id: `${String(owners)} in ${region}` }),
          "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "210987654321" },
        },
      },
    );
    assert.deepEqual(outputs, { region: "eu-west-1", image: "self in eu-west-1", account: "210987654321" });
  });

  it("refuses the methods that only a provider's plugin has", async () => {
    const failing = record(() => {
      const result = pulumi.runtime.call("acme:index:Thing/grow", {}) as pulumi.Output<unknown>;
      return { result };
    });
    await assert.rejects(failing, /acme:index:Thing\/grow is a method that a provider's plugin runs/);
  });

  it("tells the program whether to build", async () => {
    const key = Symbol.for("program.builds");
    const seen: unknown[] = [];
    const look = () => void seen.push((globalThis as { [key]?: { bundle: boolean } })[key]?.bundle);
    await record(look);
    await record(look, { bundle: true });
    look();
    assert.deepEqual(seen, [false, true, undefined]);
  });
});

/** How a process tells of them is in faults.test.ts. */
describe("what is told of a program that fails", () => {
  async function failure(program: () => unknown): Promise<Failure> {
    try {
      await record(program);
    } catch (error) {
      return describeFailure(error, import.meta.dirname);
    }
    return assert.fail("the program ran through");
  }

  /** This many lines below the call of it. */
  function below(lines: number): [file: string, line: number] {
    const frame = describeFailure(new Error("here"), import.meta.dirname).stack?.split("\n")[2] ?? "";
    return [import.meta.filename, Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]) + lines];
  }

  const placeOf = ({ position }: Failure) => [position?.file, position?.line];

  it("is what an apply said itself that a resource waited for", async () => {
    const expected = below(4);
    const failed = await failure(() => {
      const topic = new aws.sns.Topic("a");
      const arn = topic.arn.apply((value): string => {
        throw new Error(`no use for ${value.length}`);
      });
      new aws.sns.Topic("b", { displayName: arn });
      new aws.sns.Topic("c", { displayName: pulumi.interpolate`${arn}!` });
    });
    assert.equal(failed.reason, "no use for 44");
    assert.deepEqual(placeOf(failed), expected);
  });

  it("is the name that two resources have, and the place of the second", async () => {
    const expected = below(3);
    const failed = await failure(() => {
      new aws.sns.Topic("twice");
      new aws.sns.Topic("twice");
    });
    assert.match(
      failed.reason,
      /two resources of type aws:sns\/topic:Topic are named "twice" .*give one of them another name/,
    );
    assert.deepEqual(placeOf(failed), expected);
  });

  it("is the token of a function that only a cloud can answer, and the way out", async () => {
    const { reason } = await failure(() => aws.ssm.getParameter({ name: "/shop/url" }));
    assert.equal(
      reason,
      'the program calls aws:ssm/getParameter:getParameter({"name":"/shop/url"}), which only a cloud could answer. ' +
        `Answer it in recording.yaml, with what the program reads of it:
invokes:
  aws:ssm/getParameter:getParameter:
    - when: {"name":"/shop/url"}
      answer: { id: … }`,
    );
  });

  it("is the name of a stack that nobody knows, and the way out", async () => {
    const { reason } = await failure(() => void new pulumi.StackReference("acme/net/dev"));
    assert.match(
      reason,
      /reads the outputs of stack "acme\/net\/dev".*recording\.yaml, under stackReferences: "acme\/net\/dev": { … }/,
    );
  });

  it("is the message alone where the SDK's error for that refuses what a person configured", async () => {
    const failed = await failure(() => {
      throw new pulumi.RunError("atlasTier is too small");
    });
    assert.deepEqual([failed.reason, failed.position], ["atlasTier is too small", undefined]);
  });
});
