/** Deploys the stack for practice: a real engine, clouds of ours, and a second preview that must be empty. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stackFile } from "../../program/stack-files.ts";
import { Engine, isEngineHere } from "../engine/engine.ts";
import { practiceConfig } from "./practice-config.ts";

export interface Step {
  name: string;
  /** `open`: it could not be looked at here. */
  state: "right" | "wrong" | "open";
  lines: string[];
}

export async function deployForPractice(
  cwd: string,
  stack: string,
  onWait: (what: string) => void,
): Promise<Step> {
  const name = "engine";
  if (!isEngineHere()) {
    return { name, state: "open", lines: ["no `pulumi` on the PATH: https://www.pulumi.com/docs/install/"] };
  }
  const file = stackFile(cwd, stack);
  const config = practiceConfig(cwd, stack, readFileSync(file, "utf8"));
  if (Array.isArray(config)) return { name, state: "open", lines: config };
  onWait("engine: up and a second preview, which takes minutes");
  const engine = await Engine.start();
  try {
    const folder = engine.project("project", cwd);
    writeFileSync(path.join(folder, path.relative(cwd, file)), config.text);
    const steps = [
      ["stack", "init", stack],
      ...config.secrets.map(([key, value]) => ["config", "set", "--secret", key, value, "--stack", stack]),
      ["up", "--stack", stack, "--yes", "--skip-preview"],
      ["preview", "--stack", stack, "--expect-no-changes"],
    ];
    let created = "";
    for (const args of steps) {
      const result = await engine.pulumi(folder, ...args);
      if (result.status !== 0)
        // A secret that is set stands last.
        return {
          name,
          state: "wrong",
          lines: [`pulumi ${args.slice(0, 2).join(" ")}`, result.output.trim()],
        };
      created ||= /\+ (\d+) created/.exec(result.output)?.[1] ?? "";
    }
    const { replaced } = config;
    const others = replaced === 0 ? "" : ` (with stand-ins for ${replaced} placeholders)`;
    const done = `${created} created, and nothing to do in a second preview${others}`;
    return { name, state: "right", lines: [done] };
  } finally {
    await engine.stop();
  }
}
