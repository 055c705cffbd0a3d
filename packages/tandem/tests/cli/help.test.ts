import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  allCommands,
  type CommandHelp,
  commandsPage,
  npmCommand,
  scriptsOfService,
} from "../../cli/all-commands.ts";
import { parseOptions } from "../../cli/options.ts";

const cli = path.resolve(import.meta.dirname, "../../cli");
const entries = Object.entries<CommandHelp>(allCommands);

describe("help", () => {
  it("knows each command, and each has its script", () => {
    const files = readdirSync(path.join(cli, "commands")).map((file) => file.slice(0, -".ts".length));
    assert.deepEqual(entries.map(([name]) => name).sort(), files.sort());
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object };
    const wanted = entries.map(([name, { script }]) => [
      script,
      `exec node packages/tandem/cli/tandem.js ${name}`,
    ]);
    wanted.push(["dev", "exec node packages/tandem/cli/tandem.js start"]);
    assert.deepEqual({ ...scripts }, Object.fromEntries(wanted));
  });

  it("calls each script of a service after its command", () => {
    const { dev, ...others } = scriptsOfService();
    assert.equal(dev, "start");
    assert.ok("diff" in others);
    for (const [script, command] of Object.entries(others)) assert.equal(command, script.replace(":", "-"));
  });

  it("has a file for the first word of its scripts on Windows, where it is not one of the shell's", () => {
    assert.match(readFileSync("exec.cmd", "utf8"), /^@%\*$/m);
  });

  it("has its table in docs/commands.md", () => {
    assert.equal(readFileSync(path.join(cli, "../docs/commands.md"), "utf8"), commandsPage());
  });

  for (const [name, help] of entries) {
    it(`${npmCommand(help)} -- --help says what it does, and does nothing, also where there is no project`, async () => {
      const { main } = (await import(path.join(cli, `commands/${name}.ts`))) as {
        main(args: string[]): Promise<number>;
      };
      await assert.rejects(
        outsideAnyProject(() => main(["--help"])),
        ({ name: kind, message }: Error) => {
          assert.equal(kind, "HelpAsked", message);
          const words = message.replaceAll(/\s+/g, " ");
          assert.ok(words.startsWith(`Usage: ${npmCommand(help)} -- `), message);
          assert.ok(words.includes(` ${help.does} Options: --`), message);
          assert.match(message, /^ {2}--help +Explain this command and do nothing$/m);
          return true;
        },
      );
      assert.match(help.does, /^[A-Z].*\.$/);
      for (const example of help.examples)
        assert.ok(example.replace("run --silent", "run").includes(npmCommand(help)));
      assert.ok(help.examples.length > 0);
    });
  }

  it("shows the meaning and the default of each option", () => {
    const text = helpOf({
      stack: { type: "string", does: "Stack to take", default: "dev" },
      link: { type: "list", does: "Links to make", default: [] },
      "no-cache": { type: "boolean", does: "Leave out the cache", default: false },
      limit: { type: "number", does: "Most of them", default: 3 },
    });
    assert.match(
      text,
      /^Options:\n {2}--stack <text> +Stack to take \(default: dev\)\n {2}--link <a,b> +Links to make\n {2}--no-cache +Leave out the cache\n {2}--limit <number> +Most of them \(default: 3\)\n/m,
    );
  });

  it("goes to stdout with exit code 0, also by npm run help -- <command>", () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [path.join(cli, "tandem.js"), ...args], { encoding: "utf8" });
    const asked = run("format", "--help");
    assert.deepEqual([asked.status, asked.stderr], [0, ""]);
    assert.match(asked.stdout, /^Usage: npm run format -- \[options\]\n\nFormats, sorts/);
    assert.deepEqual(run("help", "format").stdout, asked.stdout);
    const listed = run("help");
    assert.equal(listed.status, 0);
    for (const [, help] of entries) assert.ok(listed.stdout.includes(`  ${npmCommand(help)} `), help.script);
    const unknown = run("help", "strat");
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /^error: There is no command "strat"\. There are: start, /);
  });
});

async function outsideAnyProject(work: () => Promise<unknown>): Promise<void> {
  const before = process.cwd();
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-no-project-"));
  process.chdir(folder);
  try {
    await work();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}

function helpOf(specs: Parameters<typeof parseOptions>[2]): string {
  try {
    parseOptions("start", ["--help"], specs);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
