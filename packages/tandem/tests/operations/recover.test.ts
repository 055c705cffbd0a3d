import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import type { GivenIds } from "../../operations/recover/find.ts";
import { recover } from "../../operations/recover/recover.ts";
import type { PendingOperation, StateResource } from "../../operations/recover/stack-state.ts";

/**
 * The CLI as far as these tests need it. An engine shows the rest (tests/engine); here are the answers that no engine gives
 * on demand. It writes down what it is asked, and refuses what it was not made for.
 */
class Cli {
  readonly folder = mkdtempSync(path.join(tmpdir(), "tandem-recover-"));
  readonly #path = process.env.PATH;

  constructor() {
    process.env.PATH = `${this.folder}:/usr/bin:/bin`;
    this.answer("pulumi", "whoami", `{"url": "file://${this.folder}"}`);
  }

  /** What `program words…` answers; cases are tried in the order in which they were given. */
  answer(program: string, words: string, stdout: string, then = ""): void {
    const file = path.join(this.folder, program);
    const head = `#!/bin/sh\necho "$(basename "$0") $*" >> ${this.folder}/asked\n`;
    const body = existsSync(file) ? readFileSync(file, "utf8").replace(/\necho "unexpected.*$/s, "") : head;
    writeFileSync(path.join(this.folder, `${program} ${words}`.replaceAll(/\W/g, "-")), stdout);
    const answer = `cat ${this.folder}/${`${program} ${words}`.replaceAll(/\W/g, "-")}; ${then}exit $?`;
    writeFileSync(
      file,
      `${body}\ncase "$*" in "${words}"*) ${answer};; esac\necho "unexpected: $*" >&2\nexit 97\n`,
    );
    chmodSync(file, 0o755);
  }

  get asked(): string[] {
    return readFileSync(path.join(this.folder, "asked"), "utf8").trim().split("\n");
  }

  end(): void {
    process.env.PATH = this.#path;
    rmSync(this.folder, { recursive: true });
  }
}

const urnOf = (type: string, name: string) => `urn:pulumi:dev::tandem::tandem:a:Parent$${type}::${name}`;

const creating = (type: string, name: string, inputs: Record<string, unknown>): PendingOperation => ({
  type: "creating",
  resource: {
    urn: urnOf(type, name),
    type,
    custom: true,
    inputs,
    parent: "urn:pulumi:dev::tandem::tandem:a:Parent::a",
  },
});

const account: StateResource = {
  urn: "urn:a",
  type: "aws:iam/role:Role",
  outputs: { arn: "arn:aws:iam::123456789012:role/a" },
};

describe("recover", () => {
  let cli: Cli;
  let lines: string[];

  beforeEach(() => {
    cli = new Cli();
    lines = [];
  });

  afterEach(() => cli.end());

  const state = (pending: PendingOperation[], resources: StateResource[] = [account]) =>
    cli.answer(
      "pulumi",
      "stack export",
      JSON.stringify({ deployment: { resources, pending_operations: pending } }),
    );

  const run = (options: { dryRun?: boolean; givenIds?: GivenIds } = {}) =>
    recover({
      cwd: cli.folder,
      stack: "dev",
      dryRun: false,
      givenIds: new Map(),
      interval: 0,
      log: (line) => lines.push(line),
      ...options,
    });

  it("shows what it would do and does nothing, when that is what is wanted", async () => {
    state([creating("aws:dynamodb/table:Table", "motors", { name: "tandem-dev-motors" })]);
    await run({ dryRun: true });
    assert.deepEqual(lines, [
      "1 pending in dev:",
      "  creating motors (aws:dynamodb/table:Table): imported where it is there\n      npm run pulumi -- import aws:dynamodb/table:Table " +
        "motors tandem-dev-motors --parent parent=urn:pulumi:dev::tandem::tandem:a:Parent::a --protect=false --generate-code=false " +
        "--skip-preview --yes --stack dev",
      "The list is cleared, and what changed meanwhile is read: npm run pulumi -- refresh --clear-pending-creates --skip-preview --yes --non-interactive --stack dev",
    ]);
    assert.deepEqual(cli.asked, ["pulumi stack export --show-secrets --stack dev"]);
  });

  it("clears nothing while something is not known, and says where to look and how to say so", async () => {
    state([creating("aws:kms/key:Key", "alarms", { description: "Alarms of tandem" })]);
    await assert.rejects(run(), ({ message }: Error) => {
      assert.match(message, /KMS, Customer managed keys: Key ID of the one described "Alarms of tandem"/);
      assert.match(message, /there: --found 'Key::alarms=<id>' {4}not there: --absent 'Key::alarms'/);
      return true;
    });
    assert.deepEqual(cli.asked, ["pulumi stack export --show-secrets --stack dev"]);
  });

  it("looks for what has a secret among its inputs, and tells nobody the secret", async () => {
    const canary = "5f0123456789abcdef01ca4a";
    const orgId = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(canary),
    };
    state([creating("mongodbatlas:index/project:Project", "barns", { name: "tandem-dev", orgId })]);
    const results = [1, 2].map((id) => ({ name: "tandem-dev", orgId: canary, id: String(id) }));
    cli.answer("atlas", "projects list", JSON.stringify({ results }));
    await assert.rejects(run(), ({ message }: Error) => {
      assert.match(message, /there are several: 1, 2/);
      assert.match(message, /atlas projects list --orgId \[secret\] /);
      assert.ok(!message.includes(canary));
      return true;
    });
    assert.ok(cli.asked.includes(`atlas projects list --orgId ${canary} --output json`));
    assert.ok(!lines.join("\n").includes(canary));
  });

  it("leaves a component, which holds others together and is in no cloud", async () => {
    const type = "tandem:aws:DeadLetterQueue";
    const queue = creating("aws:sqs/queue:Queue", "incoming-dead-letters", { name: "incoming" });
    state([
      { type: "creating", resource: { urn: urnOf(type, "incoming-dead-letters"), type, custom: false } },
      queue,
    ]);
    await run({ dryRun: true });
    assert.deepEqual(lines.slice(1, 3), [
      "  creating incoming-dead-letters (tandem:aws:DeadLetterQueue): left (it is nothing in a cloud)",
      lines[2],
    ]);
    assert.match(lines[2] ?? "", /imported where it is there/);
  });

  it("leaves a provider, which is the engine's own and in no cloud", async () => {
    state([creating("pulumi:providers:mongodbatlas", "default_4_16_0", { version: "4.16.0" })]);
    await run({ dryRun: true });
    assert.equal(
      lines[1],
      "  creating default_4_16_0 (pulumi:providers:mongodbatlas): left (it is nothing in a cloud)",
    );
  });

  it("says of two of a kind that it cannot tell them apart", async () => {
    state([creating("aws:xray/group:Group", "traces", { groupName: "tandem" })]);
    const groups = [1, 2].map((n) => ({ GroupName: "tandem", GroupARN: `arn:${n}` }));
    cli.answer("aws", "xray get-groups", JSON.stringify({ Groups: groups }));
    await assert.rejects(run(), /there are several: arn:1, arn:2/);
  });

  it("does not guess an account: without it, it is asked for", async () => {
    state([creating("aws:sqs/queue:Queue", "changes", { name: "tandem-dev-changes" })], []);
    await assert.rejects(run(), /with your account: aws sts get-caller-identity/);
  });

  it("leaves a subscription that waits for its confirmation: the next deployment makes no second one", async () => {
    const inputs = { topic: "arn:t", protocol: "email", endpoint: "a@tandem.test" };
    state([creating("aws:sns/topicSubscription:TopicSubscription", "email", inputs)]);
    const entry = { Protocol: "email", Endpoint: "a@tandem.test", SubscriptionArn: "PendingConfirmation" };
    cli.answer("aws", "sns list-subscriptions-by-topic", JSON.stringify({ Subscriptions: [entry] }));
    await run({ dryRun: true });
    assert.match(lines[1] ?? "", /left \(it waits for its confirmation; a second one is not made\)/);
  });

  it("does not import what was to replace something: the state holds one of a name", async () => {
    const type = "aws:dynamodb/table:Table";
    const old = { urn: urnOf(type, "motors"), type, id: "old", inputs: { name: "old" } };
    state([creating(type, "motors", { name: "new" })], [account, old]);
    await assert.rejects(run(), /new was to replace the one that the state has\. Delete it by hand/);
  });

  it("stops at an import that fails for another reason than that nothing is there", async () => {
    state([creating("aws:dynamodb/table:Table", "motors", { name: "tandem-dev-motors" })]);
    cli.answer("pulumi", "import", "error: ExpiredToken: log in again\n", "exit 255;");
    await assert.rejects(run(), /import aws:dynamodb\/table:Table motors .* failed:\nerror: ExpiredToken/);
    assert.ok(!cli.asked.some((line) => line.startsWith("pulumi refresh")));
  });

  it("leaves a lock alone whose owner it cannot see, and names him", async () => {
    state([creating("aws:dynamodb/table:Table", "motors", { name: "tandem-dev-motors" })]);
    const lock =
      "error: the stack is currently locked by 1 lock(s).\n  created by a@elsewhere (pid 1) at 2026";
    cli.answer("pulumi", "import", lock, "exit 255;");
    await assert.rejects(run(), /created by a@elsewhere[\s\S]*npm run pulumi -- cancel --stack dev --yes/);
    assert.ok(!cli.asked.some((line) => line.startsWith("pulumi cancel")));
  });

  it("leaves the lock of a process that is still there", async () => {
    state([creating("aws:dynamodb/table:Table", "motors", { name: "tandem-dev-motors" })]);
    const lock = `error: the stack is currently locked by 1 lock(s).\n  created by a@${hostname()} (pid ${process.pid}) at 2026`;
    cli.answer("pulumi", "import", lock, "exit 255;");
    await assert.rejects(run(), /currently locked/);
    assert.ok(!cli.asked.some((line) => line.startsWith("pulumi cancel")));
  });

  it("deletes empty files of attributes where the state cannot be read for them, and no others", async () => {
    const stacks = path.join(cli.folder, ".pulumi/stacks/tandem");
    mkdirSync(stacks, { recursive: true });
    const [empty, full] = ["dev.json.attrs", "prod.json.attrs"].map((name) => path.join(stacks, name));
    writeFileSync(empty ?? "", "");
    writeFileSync(full ?? "", "{}");
    cli.answer(
      "pulumi",
      "stack export",
      '{"deployment": {}}',
      `test -e ${empty} && echo "failed: EOF" && exit 255; true;`,
    );
    await run();
    assert.match(
      lines[0] ?? "",
      /dev\.json\.attrs is empty, as a run leaves it that is killed while it writes: deleted/,
    );
    assert.equal(lines[1], "Nothing is pending in dev.");
    assert.deepEqual(
      [empty, full].map((file) => existsSync(file ?? "")),
      [false, true],
    );
  });
});
