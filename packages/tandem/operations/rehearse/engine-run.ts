/** Deploys the stack for practice: a real engine, clouds of ours, and a second preview that must be empty. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withoutState } from "../../scaffold/stack-file.ts";
import { Engine, isEngineHere } from "../engine/engine.ts";
import type { Step } from "./rehearse.ts";

export async function deployForPractice(cwd: string, stack: string): Promise<Step> {
  const name = "engine";
  if (!isEngineHere()) {
    return { name, state: "open", lines: ["no `pulumi` on the PATH: https://www.pulumi.com/docs/install/"] };
  }
  const engine = await Engine.start();
  try {
    const folder = engine.project("project", cwd);
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    // Whom its secrets are for, only the real stack knows.
    writeFileSync(file, withoutState(readFileSync(file, "utf8")));
    const steps = [
      ["stack", "init", stack],
      ["up", "--stack", stack, "--yes", "--skip-preview"],
      ["preview", "--stack", stack, "--expect-no-changes"],
    ];
    let created = "";
    for (const args of steps) {
      const said = await engine.pulumi(folder, ...args);
      if (said.status !== 0)
        return { name, state: "wrong", lines: [`pulumi ${args.join(" ")}`, said.output.trim()] };
      created ||= /\+ (\d+) created/.exec(said.output)?.[1] ?? "";
    }
    return { name, state: "right", lines: [`${created} created, and nothing to do in a second preview`] };
  } finally {
    await engine.stop();
  }
}
