import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { askOf } from "../cli/ask.ts";

const project = path.resolve(import.meta.dirname, "../../../..");

describe("npm run policies of another program", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "policies-"));
    cpSync(path.join(project, "packages/tandem/tests/fixtures/programs/javascript"), folder, {
      recursive: true,
    });
    symlinkSync(path.join(project, "node_modules"), path.join(folder, "node_modules"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  let recorded: Promise<Recording> | undefined;
  /** The same program in every folder, which is recorded once. */
  const record: typeof recordProgram = async (asked) => {
    assert.equal(asked.cwd, folder);
    recorded ??= recordProgram(asked);
    return { ...(await recorded), stack: asked.stack };
  };

  async function lines(...stack: string[]): Promise<string[]> {
    const { stdout, stderr } = await askOf(record, "policies", "--cwd", folder, ...stack);
    assert.equal(stderr, "");
    return stdout.trimEnd().split("\n");
  }

  it("speaks of no waiver of this program", async () => {
    const printed = await lines("--stack", "prod");
    assert.deepEqual(
      printed.filter((line) => line.includes("waiver")),
      [],
    );
    assert.equal(printed.at(-1), "prod: 2 to mend");
  });

  it("judges the only stack that has a file, where none is named", async () => {
    writeFileSync(path.join(folder, "Pulumi.qa.yaml"), "");
    assert.match((await lines()).at(-1) ?? "", /^qa: /);
  });

  it("applies the waivers of that program", async () => {
    mkdirSync(path.join(folder, "policies"));
    writeFileSync(path.join(folder, "policies/package.json"), '{ "type": "module" }');
    const waiver = { rule: "sns/tls-only", resource: "news", stacks: ["prod"], reason: "Nobody listens." };
    writeFileSync(
      path.join(folder, "policies/waivers.ts"),
      `export const waivers = ${JSON.stringify([waiver])};\n`,
    );
    const printed = await lines();
    assert.ok(printed.includes("- sns/tls-only: news: waived. Nobody listens."), printed.join("\n"));
    assert.equal(printed.at(-1), "prod: 1 to mend, 1 waived");
  });
});
