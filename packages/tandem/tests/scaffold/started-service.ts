/** A service as `npm start` brings it up, by the tool that is installed in it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/** @param ask called once it is up, with the address of its API and what it printed; it ends afterwards */
export async function answersOfStart(
  folder: string,
  env: NodeJS.ProcessEnv,
  ask: (url: string, printed: string) => Promise<void>,
): Promise<void> {
  const bin = path.join(folder, "node_modules/pulumi-tandem/tandem.js");
  const started = spawn(process.execPath, [bin, "start", "--port", "0"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(started, "close");
  try {
    let text = "";
    for await (const chunk of started.stdout.iterator({ destroyOnReturn: false })) {
      text += chunk;
      const printed = stripVTControlCharacters(text);
      const [, url] = /Ready on (http:\S+?)\. /.exec(printed) ?? [];
      if (url !== undefined) return await ask(url, printed);
    }
    assert.fail(text);
  } finally {
    started.kill("SIGINT");
    started.stdout.resume();
    await ended;
  }
}

/** Of a route that answers JSON to whoever asks. */
export async function answerOf(url: string): Promise<unknown> {
  const response = await fetch(url);
  const text = await response.text();
  assert.equal(response.status, 200, `${url}: ${text}`);
  return JSON.parse(text);
}
