/** What the tool's operations and rules say of this program. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as atlas from "@pulumi/mongodbatlas";
import { finderOf } from "../packages/tandem/operations/recover/find.ts";
import { rehearse } from "../packages/tandem/operations/rehearse/rehearse.ts";
import { check } from "../packages/tandem/policies/check.ts";
import { copyOfProgram } from "../packages/tandem/tests/scaffold/program-copy.ts";
import { recordedOnce } from "../packages/tandem/tests/support/recordings.ts";
import { waivers } from "../policies/waivers.ts";

const root = path.resolve(import.meta.dirname, "..");

describe("rules", () => {
  for (const stack of ["dev", "prod"]) {
    it(`are all kept by ${stack}, know all of its types, and no waiver is wrong or unneeded`, async () => {
      const recording = await recordedOnce({ cwd: root, stack });
      const { violations, waiverMistakes, unjudged } = check(recording, { waivers });
      assert.deepEqual(
        violations.map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`),
        [],
      );
      assert.deepEqual([waiverMistakes, unjudged], [[], []]);
    });
  }
});

/** `new aws.s3.Bucket(` */
const CREATION = /\bnew ((?:aws|atlas)(?:\.\w+)+)\(/g;

/** `awsx.ec2.Vpc` makes these, as the state of a stack of production tells. */
const ofVpc = [
  "vpc:Vpc",
  "subnet:Subnet",
  "routeTable:RouteTable",
  "routeTableAssociation:RouteTableAssociation",
];

describe("how recover finds what a killed run had begun", () => {
  for (const [folder, stack] of [
    [".", "dev"],
    [".", "prod"],
    ["packages/bootstrap", "account"],
  ] as const) {
    it(`is known for every type that ${folder === "." ? stack : folder} creates`, async () => {
      const config = folder === "." ? undefined : { config: { repository: "acme/shop", service: "shop" } };
      const { resources } = await recordedOnce({ cwd: path.join(root, folder), stack, ...config });
      const types = resources.filter(({ custom, read }) => custom && !read).map(({ type }) => type);
      const all = new Set([...types, ...(stack === "prod" ? ofVpc.map((type) => `aws:ec2/${type}`) : [])]);
      assert.ok(all.size > 8);
      assert.deepEqual(
        [...all].filter((type) => !type.startsWith("pulumi:") && finderOf(type) === undefined),
        [],
      );
    });
  }

  it("is known for every class that a component creates, whatever the configuration", () => {
    const providers: Record<string, unknown> = { aws, atlas };
    const created = ["infra", "packages/components", "packages/bootstrap"].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.startsWith("tests/"))
        .flatMap((file) => [...readFileSync(path.join(root, folder, file), "utf8").matchAll(CREATION)]),
    );
    const types = created.map(([, name = ""]) => {
      const found = name
        .split(".")
        .reduce<unknown>((scope, step) => (scope as Record<string, unknown>)[step], providers);
      const type = (found as { __pulumiType?: string }).__pulumiType;
      assert.ok(type, `${name} is no resource`);
      return type;
    });
    assert.ok(new Set(types).size > 50, `${new Set(types).size}`);
    assert.deepEqual(
      [...new Set(types)].filter((type) => finderOf(type) === undefined),
      [],
    );
  });
});

describe("npm run rehearse, of this program", () => {
  const rehearsed = async (change: (text: string) => string) => {
    const project = copyOfProgram();
    try {
      project.edit("Pulumi.prod.yaml", change);
      return await rehearse(project.path, "prod", { engine: false, onStep: () => {}, onWait: () => {} });
    } finally {
      project.remove();
    }
  };
  const own = (text: string): string =>
    text
      .replaceAll("example.com", "tandem.test")
      .replace("example/tandem", "tandem/tandem")
      .replace("000000000000000000000000", "5f0123456789abcdef012345");

  it("passes prod with settings of one's own, and asks for what must be there first", async () => {
    const { steps, open } = await rehearsed(own);
    assert.deepEqual(
      steps.filter(({ state }) => state !== "right"),
      [],
    );
    assert.equal(steps.length, 5);
    assert.ok(open.length > 0);
    // #region books
    assert.ok(open.some((line) => line.includes("private endpoint")));
    // #endregion
  });

  it("names the placeholders that prod comes with, and stops at settings that the program refuses", async () => {
    const { steps } = await rehearsed((text) => text.replace("atlasTier: M30", "atlasTier: M0"));
    const [configuration] = steps;
    assert.equal(configuration?.state, "wrong");
    assert.match(
      configuration?.lines.join("\n") ?? "",
      /jwtIssuer is the placeholder .*: npm run pulumi -- config set/,
    );
    assert.match(steps.at(-1)?.lines[0] ?? "", /atlasTier is "M0"; allowed: a dedicated tier in production/);
  });
});
