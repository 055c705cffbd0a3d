/** Every command and every line of code of docs/add-things.md, as a newcomer would follow them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");

/** A step of the page: commands, or the content of the file named in the sentence before. */
type Step = { commands: string[] } | { file: string; text: string };

/** It plans what it writes; then it runs the program and describes it anew. */
const PLANNING = /^npm run (new|remove) -- (?!service )(.*)$/;

/**
 * What such a command writes of its own, by the tool that is installed there. Description and pictures follow with the next
 * command that is called: they are made of the whole program.
 */
async function writePlanned(folder: string, [, name = "", words = ""]: readonly string[]): Promise<void> {
  const there = (file: string) => import(path.join(folder, "node_modules/pulumi-tandem/dist/cli", file));
  const { planNew: plan }: typeof import("../../cli/commands/new.ts") =
    name === "new"
      ? await there("commands/new.js")
      : { planNew: (await there("commands/remove.js")).planRemove };
  const { writeFormatted }: typeof import("../../cli/carry-out.ts") = await there("carry-out.js");
  const args = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  writeFormatted(folder, plan(folder, args));
}

function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^((?:(?!```).*\n)*?)```(sh|ts)\n([\s\S]*?)^```$/gm)].map(
    ([, before = "", language, content = ""]) => {
      if (language === "sh") return { commands: content.trim().split("\n") };
      const file = [...before.matchAll(/`((?:functions|tests)\/[\w/.-]+\.ts)`/g)].at(-1)?.[1];
      assert.ok(file, `no file is named before ${content}`);
      return { file, text: content };
    },
  );
}

/**
 * @param folder where the page makes its service
 * @param installed a service with its packages. The one of the page asks for the same: what `npm install` makes of that, it has.
 */
export async function followPage(folder: string, installed: string): Promise<void> {
  const steps = stepsOf(readFileSync(path.join(root, "docs/add-things.md"), "utf8"));
  let cwd = root;
  let lastTest = "";
  for (const step of steps) {
    if ("file" in step) {
      mkdirSync(path.dirname(path.join(folder, step.file)), { recursive: true });
      writeFileSync(path.join(folder, step.file), step.text);
      continue;
    }
    for (const [index, line] of step.commands.entries()) {
      const command = line.replace("../orders-shop", folder);
      const planning = PLANNING.exec(command);
      if (planning && PLANNING.test(step.commands[index + 1] ?? "")) {
        await writePlanned(folder, planning);
      } else if (command.startsWith("cd ")) {
        cwd = folder;
      } else if (command === "npm install") {
        assert.deepEqual(asked(folder), asked(installed));
        symlinkSync(path.join(installed, "node_modules"), path.join(folder, "node_modules"));
      } else {
        const printed = run(command, cwd);
        if (command !== "npm test") continue;
        lastTest = printed;
        assertSixRoutes(folder);
      }
    }
  }
  assert.match(lastTest, /\d+ passing/);
  run("npm test", folder);
}

function run(command: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** All that npm goes by. */
function asked(service: string): object {
  const manifest = JSON.parse(readFileSync(path.join(service, "package.json"), "utf8"));
  return { ...manifest, name: "", description: "" };
}

/** With the scopes that they ask for, as `npm run openapi` has recorded them. */
function assertSixRoutes(folder: string): void {
  const { paths } = JSON.parse(readFileSync(path.join(folder, "openapi.json"), "utf8")) as {
    paths: Record<string, Record<string, { security?: Record<string, string[]>[] }>>;
  };
  const routes = Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, { security = [] }]) => [
      `${method.toUpperCase()} ${route}`,
      security.flatMap(({ token = [] }) => token),
    ]),
  );
  assert.deepEqual(Object.fromEntries(routes.filter(([key]) => !/hello|openapi/.test(String(key)))), {
    "POST /customers": ["customers:write"],
    "GET /customers": ["customers:read"],
    "GET /customers/{id}": ["customers:read"],
    "GET /orders": ["orders:read"],
    "GET /orders/{id}": ["orders:read"],
    "POST /orders": ["orders:write"],
  });
}
