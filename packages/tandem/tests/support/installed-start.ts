import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * `tandem start` of a program by the tool that is installed in it; it ends after `ask`.
 * @param ready in what it prints, once it can be asked
 * @param ask called with what `ready` found; its `input` is all that was printed so far
 */
export async function duringStart(
  folder: string,
  env: NodeJS.ProcessEnv,
  ready: RegExp,
  ask: (found: RegExpExecArray) => Promise<void>,
): Promise<void> {
  const command = [path.join(folder, "node_modules/.bin/tandem"), "start", "--port", "0"];
  const started = spawn(process.execPath, command, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(started, "close");
  try {
    const found = await new Promise<RegExpExecArray>((resolve, reject) => {
      let text = "";
      started.stderr.on("data", (chunk) => {
        text += chunk;
      });
      started.stdout.on("data", (chunk) => {
        text += chunk;
        const match = ready.exec(stripVTControlCharacters(text));
        if (match) resolve(match);
      });
      started.stdout.once("close", () => reject(new Error(text)));
    });
    await ask(found);
  } finally {
    started.kill("SIGINT");
    await ended;
  }
}
