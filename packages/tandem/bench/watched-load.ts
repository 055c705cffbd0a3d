/** A long time at full load with somebody who looks: what the console's memory grows by, and how often the page is told. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "./figures.ts";
import type { StartedRun } from "./started-run.ts";
import { loadOf, withAndWithoutConsole } from "./with-and-without-console.ts";

/** How often to look at the memory. */
const SLICE_SECONDS = 15;
/** The page is told of the last ones then. */
const AFTER_MS = 1_000;

export async function measureWatchedLoad({ minutes = 60 } = {}): Promise<Figure[]> {
  return withAndWithoutConsole({ reads: true }, async (watched, plain) => {
    const messages = watch(await watched.waitForOutput(/^Look at it: (http:\S+)\/\?token=(\S+)$/m));
    const samples: { more: number; requests: number }[] = [];
    const end = Date.now() + minutes * 60_000;
    while (Date.now() < end) {
      const [looked] = await Promise.all([load(watched), load(plain)]);
      samples.push({ more: watched.memory - plain.memory, requests: looked });
    }
    await sleep(AFTER_MS);
    messages.end();
    const last = samples.slice(-Math.ceil(samples.length / 3));
    const requests = samples.reduce((sum, one) => sum + one.requests, 0);
    return [
      { what: `requests in ${minutes} minutes, with somebody looking`, value: requests, unit: "requests" },
      {
        what: "memory more than without the console, at the end",
        value: median(last.map(({ more }) => more)),
        unit: "MB",
        limit: 60,
      },
      { what: "messages to the page", value: messages.perSecond(), unit: "a second", limit: 10 },
      {
        what: "requests that the page's counts miss",
        value: Math.max(0, requests - messages.counted()),
        unit: "requests",
        limit: 0,
      },
    ];
  });
}

/** Reads what a page is told. */
function watch([, origin = "", token = ""]: RegExpExecArray) {
  const began = Date.now();
  let messages = 0;
  let counted = 0;
  let rest = "";
  const asked = request(
    `${origin}/api/live`,
    { headers: { authorization: `Bearer ${token}` } },
    (response) => {
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const parts = (rest + chunk).split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) {
          if (!part.startsWith("event: rows")) continue;
          messages++;
          counted = Number(/"counts":\{"requests":(\d+)/.exec(part)?.[1] ?? counted);
        }
      });
    },
  );
  asked.on("error", () => {}); // ended below
  asked.end();
  return {
    perSecond: () => (messages * 1000) / (Date.now() - began),
    counted: () => counted,
    end: () => asked.destroy(),
  };
}

async function load(run: StartedRun): Promise<number> {
  return (await loadOf(run, SLICE_SECONDS)).requests;
}
