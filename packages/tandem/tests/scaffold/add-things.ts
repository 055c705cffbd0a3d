/** Every command and every line of code of docs/add-things.md, as a newcomer would follow them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { planNew } from "../../cli/commands/new.ts";
import { planRemove } from "../../cli/commands/remove.ts";
import { format } from "../../scaffold/format.ts";
import { writePlan } from "../../scaffold/plan.ts";
import { ask } from "../cli/ask.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/** A step of the page: commands, or the content of the file named in the sentence before. */
type Step = Commands | File;
interface Commands {
  commands: string[];
}
interface File {
  file: string;
  text: string;
}

const steps = stepsOf(readFileSync(path.join(root, "docs/add-things.md"), "utf8"));

/** It plans what it writes; then it runs the program and describes it anew. */
const PLANNING = /^npm run (new|remove) -- (?!service )(.*)$/;
/** It describes the program anew, too. */
const DESCRIBING = /^npm run openapi$/;

const wordsOf = (text: string) =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);

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

/** By the page's first command. */
export async function makeOfPage(folder: string): Promise<void> {
  const [first] = steps;
  assert.ok(first !== undefined && "commands" in first);
  const [, words = ""] = /^npm run new -- (service .*)$/.exec(first.commands[0] ?? "") ?? [];
  const { code, stderr } = await ask("new", ...wordsOf(words.replace("../orders-shop", folder)));
  assert.equal(code, 0, stderr);
}

/**
 * Follows all other commands. Of some that write what they plan only the last is called as a person calls it, by the tool that is
 * installed there: description and pictures are made of the whole program.
 * @param folder of the page's service
 * @param installed a service with its packages. The one of the page asks for the same: what `npm install` makes of that, it has.
 */
export function followPage(folder: string, installed: string, env: NodeJS.ProcessEnv): void {
  let lastTest = "";
  /** Since the last command that was called. */
  const written = new Set<string>();
  const [, ...commands] = steps.flatMap<string | File>((step) => ("file" in step ? step : step.commands));
  for (const [index, command] of commands.entries()) {
    if (typeof command === "object") {
      mkdirSync(path.dirname(path.join(folder, command.file)), { recursive: true });
      writeFileSync(path.join(folder, command.file), command.text);
      continue;
    }
    const [, name, words = ""] = PLANNING.exec(command) ?? [];
    const next = commands.slice(index + 1).find((later) => typeof later === "string") ?? "";
    if (name !== undefined && (PLANNING.test(next) || DESCRIBING.test(next))) {
      const plan = (name === "new" ? planNew : planRemove)(folder, wordsOf(words));
      writePlan(folder, plan);
      for (const { file } of plan) written.add(file);
    } else if (command === "npm install") {
      assert.deepEqual(asked(folder), asked(installed));
      symlinkSync(path.join(installed, "node_modules"), path.join(folder, "node_modules"));
    } else if (!command.startsWith("cd ")) {
      const files = [...written].filter((file) => existsSync(path.join(folder, file)));
      if (files.length > 0) format(folder, files);
      written.clear();
      const printed = run(command, folder, env);
      if (command !== "npm test") continue;
      lastTest = printed;
      assertSixRoutes(folder);
    }
  }
  assert.match(lastTest, /\d+ passing/);
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd, env, encoding: "utf8" });
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
