import assert from "node:assert/strict";
import { archive, lambda, startRun, type TestRun } from "./support.ts";

/** Where a function and the programs it starts are, and where what they write goes. */
describe("the working directory of a function", () => {
  let run: TestRun;
  const asHandler = (body: string) =>
    `const fs = require("node:fs"); const child = require("node:child_process"); const root = process.env.LAMBDA_TASK_ROOT;
     const read = (stream) => new Promise((done) => { let text = ""; stream.on("data", (data) => { text += data; }).on("end", () => done(text.trim())); });
     exports.handler = async () => { ${body} };`;
  const functions = {
    children: asHandler(`
      const forked = child.fork("sends.js");
      const sent = await new Promise((done) => forked.on("message", done));
      return [child.execSync("pwd").toString().trim(), child.spawnSync("pwd").stdout.toString().trim(),
        child.execFileSync("pwd", { encoding: "utf8" }).trim(), child.execFileSync("cat", ["words.txt"], { encoding: "utf8" }),
        await read(child.spawn("pwd").stdout),
        await new Promise((done) => child.exec("pwd", (error, text) => done(text.trim()))),
        await new Promise((done) => child.execFile("pwd", (error, text) => done(text.trim()))), sent
      ].map((folder) => folder.replace(root, "ROOT"));`),
    asked: asHandler(`fs.mkdirSync("/tmp/deep"); fs.writeFileSync("/tmp/deep/a.txt", "in /tmp");
      return [child.execSync("cat a.txt", { cwd: "/tmp/deep", encoding: "utf8" }),
        await read(child.spawn("cat", ["words.txt"], { cwd: "/var/task" }).stdout),
        child.spawnSync("pwd", { cwd: "/usr" }).stdout.toString().trim(),
        fs.readFileSync("/var/task/words.txt", "utf8"), fs.existsSync("/var/task/none")];`),
    changes: asHandler(`process.chdir("/tmp"); fs.writeFileSync("relative.txt", "written");
      const seen = [process.cwd(), fs.readdirSync("."), fs.existsSync("/tmp/relative.txt"),
        child.execSync("cat relative.txt", { encoding: "utf8" })];
      fs.mkdirSync("deep"); process.chdir("deep"); seen.push(process.cwd()); process.chdir(".."); seen.push(process.cwd());
      process.chdir("/var/task"); seen.push(fs.readFileSync("words.txt", "utf8"), process.cwd());
      return seen;`),
    wrong:
      asHandler(`const codeOf = (work) => { try { work(); return "done"; } catch ({ code, message }) { return [code, message.replace(root, "ROOT")]; } };
      return [codeOf(() => process.chdir("/tmp/none")), codeOf(() => process.chdir("words.txt")), codeOf(() => process.chdir(5)), process.cwd() === root];`),
    writes:
      asHandler(`child.execSync("echo one", { stdio: "inherit" }); child.spawnSync("sh", ["-c", "echo two >&2"], { stdio: "inherit" });
      try { child.execSync("echo three; exit 3", { stdio: "inherit" }); } catch (error) { console.log("status", error.status); }
      const started = child.spawn("echo", ["four"], { stdio: ["inherit", "inherit", "pipe"] });
      await new Promise((done) => started.on("close", done));
      return [started.stdin, started.stdout, child.execSync("cat", { stdio: ["inherit", "pipe", "pipe"], encoding: "utf8" })];`),
    paths: asHandler(`fs.writeFileSync("/tmp/in.txt", "from the function");
      child.execSync("cp /tmp/in.txt '/tmp/out.txt' && echo ' and the shell' >> /tmp/out.txt");
      child.execFileSync("cp", ["/tmp/out.txt", "/tmp/again.txt"]);
      child.spawnSync("sh", ["-c", "cat /var/task/words.txt >/tmp/words.txt"]);
      await new Promise((done) => child.execFile("cp", ["/tmp/again.txt", "/tmp/last.txt"], done));
      fs.writeFileSync("/tmp/program.sh", "#!/bin/sh\\necho ran", { mode: 0o755 });
      return [fs.readFileSync("/tmp/last.txt", "utf8"), fs.readFileSync("/tmp/words.txt", "utf8"),
        await read(child.spawn("/tmp/program.sh").stdout), child.execFileSync("echo", ["/tmpfile", "a/tmp/b"], { encoding: "utf8" }),
        child.execFileSync("ls", [root, "/tmp"], { encoding: "utf8" }).includes("index.js")];`),
  };

  before(async () => {
    run = await startRun(
      Object.entries(functions).map(([name, code]) =>
        lambda(name, "", {
          timeout: 20,
          code: archive({
            "index.js": code,
            "words.txt": "beside the code",
            "sends.js": "process.send(process.cwd())",
          }),
        }),
      ),
    );
  });
  after(() => run.close());

  const answer = async (name: string): Promise<unknown> => {
    const { payload, error } = await run.workers.invoke(name, {});
    assert.ok(payload, JSON.stringify(error));
    return JSON.parse(payload);
  };

  it("is that of every program it starts, by every way of node:child_process", async () => {
    const here = "ROOT";
    assert.deepEqual(await answer("children"), [here, here, here, "beside the code", here, here, here, here]);
  });

  it("may be named as in the cloud, by /var/task and /tmp", async () => {
    assert.deepEqual(await answer("asked"), ["in /tmp", "beside the code", "/usr", "beside the code", false]);
  });

  it("and /tmp are the function's own in what a program is told", async () => {
    assert.deepEqual(await answer("paths"), [
      "from the function and the shell\n",
      "beside the code",
      "ran",
      "/tmpfile a/tmp/b\n",
      true,
    ]);
  });

  it("can be changed, and relative paths and programs follow", async () => {
    const paths = await answer("changes");
    assert.deepEqual(paths, [
      "/tmp",
      ["relative.txt"],
      true,
      "written",
      "/tmp/deep",
      "/tmp",
      "beside the code",
      "/var/task",
    ]);
  });

  it("is not changed to what is no folder, with Node's own errors", async () => {
    assert.deepEqual(await answer("wrong"), [
      ["ENOENT", "ENOENT: no such file or directory, chdir 'ROOT' -> '/tmp/none'"],
      ["ENOTDIR", "ENOTDIR: not a directory, chdir 'ROOT' -> 'words.txt'"],
      ["ERR_INVALID_ARG_TYPE", 'The "directory" argument must be of type string. Received number'],
      true,
    ]);
  });

  it("keeps what a program writes to an inherited stdout in the function's log", async () => {
    assert.deepEqual(await answer("writes"), [null, null, ""]);
    await run.workers.stop();
    const shown = run.lines.filter((line) => /^(one|two|three|four)$|status/.test(line));
    assert.deepEqual(
      shown.map((line) => line.split("\t").at(-1)),
      ["one", "two", "three", "status 3", "four"],
    );
  });
});
