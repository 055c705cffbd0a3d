import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { practiceConfig } from "../../operations/rehearse/practice-config.ts";
import { quotas, usesOf } from "../../operations/rehearse/quotas.ts";
import { type Rehearsal, rehearse } from "../../operations/rehearse/rehearse.ts";
import type { RecordedResource, Values } from "../../program/recording.ts";
import { fixture, modules } from "../program/fixtures.ts";
import { recordedProgram, recordedResource } from "../support/recordings.ts";

describe("npm run rehearse", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-rehearse-"));
    cpSync(fixture("sound"), folder, { recursive: true });
    symlinkSync(modules, path.join(folder, "node_modules"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const configure = (lines: string) => appendFileSync(path.join(folder, "Pulumi.prod.yaml"), `  ${lines}\n`);

  const run = (): Promise<Rehearsal> =>
    rehearse(folder, "prod", { engine: false, onStep: () => {}, onWait: () => {} });

  it("passes a stack that has everything, and says what is left for the account", async () => {
    const { steps, open } = await run();
    assert.deepEqual(
      steps.map(({ name, state }) => [name, state]),
      [
        ["configuration", "right"],
        ["program and names", "right"],
        ["quotas", "right"],
        ["policies", "right"],
        ["cost", "right"],
      ],
    );
    assert.match(steps.at(-1)?.lines[0] ?? "", /^\$\d+\.\d\d a month/);
    assert.ok(open.some((line) => line.includes("Atlas organisation")));
    assert.ok(!open.some((line) => line.includes("hosted zone")), "prod has no domain");
  });

  it("says once where there is no project, and nothing of its config", async () => {
    rmSync(path.join(folder, "Pulumi.yaml"));
    await assert.rejects(run, {
      name: "UserError",
      message: `There is no Pulumi.yaml in ${folder}. Name the folder of a Pulumi program.`,
    });
  });

  it("stops at a program that refuses its settings, in the program's words", async () => {
    configure("reserved: 0");
    const { steps, open } = await run();
    assert.equal(steps.at(-1)?.name, "program and names");
    assert.equal(steps.at(-1)?.state, "wrong");
    assert.match(steps.at(-1)?.lines[0] ?? "", /reserved is 0; allowed: 1 or more/);
    assert.deepEqual(open, []);
  });

  it("names each placeholder that is left, with the command that sets it, and goes on: tells a quota that is not enough, what, how much, and where it is written", async () => {
    configure("issuer: https://issuer.example.com");
    configure("reserved: 200");
    const { steps } = await run();
    const [configuration] = steps;
    assert.equal(configuration?.state, "wrong");
    assert.match(
      configuration?.lines.join("\n") ?? "",
      /issuer is the placeholder .*: npm run pulumi -- config set/,
    );
    const quota = steps.find(({ name }) => name === "quotas");
    assert.equal(quota?.state, "wrong");
    assert.match(quota?.lines[0] ?? "", /^reserved concurrency .*: 1600, and 900 is the most \(https:/);
  });
});

describe("the configuration that a rehearsal deploys", () => {
  let folder: string;
  const own = 'config:\n  # Ours.\n  atlasOrganization: "000000000000000000000000"\n';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-practice-"));
    writeFileSync(path.join(folder, "index.ts"), "");
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      "name: shop\nruntime: nodejs\nconfig:\n  mail: {type: string, default: a@acme.test}\n  size: {type: integer, default: 1}\n",
    );
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const practice = (text: string, secrets?: string) => {
    writeFileSync(path.join(folder, "Pulumi.prod.yaml"), text);
    if (secrets !== undefined) {
      mkdirSync(path.join(folder, ".local"));
      writeFileSync(path.join(folder, ".local/secrets.yaml"), secrets);
    }
    return practiceConfig(folder, "prod", text);
  };

  it("has something of the same form where a placeholder stands, and no placeholder any more", () => {
    const text = `${own}  tags:\n    - team@example.com\n    - example/shop\n    - https://issuer.example.org/a\n    - mine\n`;
    assert.deepEqual(practice(text), {
      replaced: 4,
      secrets: [],
      text:
        'config:\n  # Ours.\n  atlasOrganization: "5f0123456789abcdef012345"\n  tags:\n    - team@rehearsal.test\n' +
        "    - rehearsal/shop\n    - https://issuer.rehearsal.test/a\n    - mine\n",
    });
  });

  it("asks for values of secrets, which nobody decrypts here", () => {
    const text = "encryptionsalt: v1:x\nconfig:\n  shop:mail:\n    secure: v1:y\n  size:\n    secure: v1:z\n";
    assert.deepEqual(practice(text), [
      `what is encrypted in Pulumi.prod.yaml is not read here; values to practise with go into ${folder}/.local/secrets.yaml:`,
      "  prod:",
      "    shop:mail: <value of the same form>",
      "    shop:size: <value of the same form>",
    ]);
  });

  it("has their values for this machine as secrets, and nothing of the ciphertext", () => {
    const text =
      "encryptionsalt: v1:x\nconfig:\n  shop:mail:\n    secure: v1:y\n  size:\n    secure: v1:z\n  a: b\n";
    assert.deepEqual(practice(text, "prod:\n  mail: a@acme.test\n  shop:size: 5\n"), {
      replaced: 0,
      secrets: [
        ["shop:mail", "a@acme.test"],
        ["shop:size", "5"],
      ],
      text: "config:\n  a: b\n",
    });
  });
});

describe("quotas", () => {
  const resource = (type: string, inputs: Values = {}) => recordedResource({ type, name: "one", inputs });
  const used = (what: RegExp, ...resources: RecordedResource[]) =>
    usesOf(recordedProgram(resources)).find((use) => what.test(use.what))?.used;

  it("count by the owner that has most of them", () => {
    const route = (apiId: string) => resource("aws:apigatewayv2/route:Route", { apiId });
    assert.equal(used(/routes of an API/, route("a"), route("a"), route("b")), 2);
    assert.equal(used(/routes of an API/), 0);
  });

  it("add up the characters of the policies that a role has of its own", () => {
    const policy = (role: string, length: number) =>
      resource("aws:iam/rolePolicy:RolePolicy", { role, policy: "x".repeat(length) });
    assert.equal(used(/policies together/, policy("a", 10), policy("a", 5), policy("b", 12)), 15);
  });

  it("name their source, and what is asked for is more than nothing", () => {
    for (const { limit, source, what } of quotas) {
      assert.match(source, /^https:\/\//, what);
      assert.ok(limit > 0);
    }
  });
});
