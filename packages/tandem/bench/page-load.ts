/** The console's page in a real browser while requests pour in: when it is first drawn, how often it changes, how long it stands still. */
import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { UserError } from "../shared/user-error.js";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";
import { LOADED_PATH, loadOf } from "./with-and-without-console.ts";

const OPENED = 5;
const SECONDS = 20;
/** The page is told of the last ones then. */
const AFTER_MS = 2_000;

/** Runs in the page, before anything of it: notes each frame that is drawn, and each change of the count of requests. */
const WATCHER = `
  window.watched = { longest: 0, changes: 0, since: 0 };
  let last = 0;
  const draw = (now) => {
    if (last > 0) watched.longest = Math.max(watched.longest, now - last);
    last = now;
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  let shown = "";
  new MutationObserver(() => {
    const text = document.querySelector("main .count")?.textContent ?? "";
    if (text !== shown) watched.changes++;
    shown = text;
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;
const BEGIN = "Object.assign(watched, { longest: 0, changes: 0, since: performance.now() })";
const FIRST_PAINT = `performance.getEntriesByName("first-contentful-paint")[0]?.startTime`;

interface Watched {
  longest: number;
  changes: number;
  seconds: number;
}

export async function measurePage(): Promise<Figure[]> {
  const browser = await startBrowser();
  const cwd = generateProgram(1);
  try {
    const run = await startLocalRun({ cwd, path: LOADED_PATH, reads: true });
    try {
      return await measure(run, browser);
    } finally {
      await run.stop();
    }
  } finally {
    await browser.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function measure(run: StartedRun, browser: Browser): Promise<Figure[]> {
  const [, link = ""] = await run.waitForOutput(/^Look at it: (\S+)$/m);
  const paints: number[] = [];
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(WATCHER);
    await page.goto(link);
    await page
      .getByText(/ requests?, /)
      .first()
      .waitFor();
    paints.push(Number(await page.evaluate(FIRST_PAINT)));
    return page;
  };
  for (let opened = 1; opened < OPENED; opened++) await (await open()).context().close();
  const page = await open();
  const before = await counted(run, link);
  await page.evaluate(BEGIN);
  const load = await loadOf(run, SECONDS);
  const watched = (await page.evaluate(
    "({ ...watched, seconds: (performance.now() - watched.since) / 1000 })",
  )) as Watched;
  await sleep(AFTER_MS);
  const text = await page.locator("main .count").first().innerText();
  const shown = Number(/^([\d,]+) requests/.exec(text)?.[1]?.replaceAll(",", "") ?? Number.NaN);
  return [
    { what: "first paint, of five times opened, median", value: median(paints), unit: "ms", limit: 300 },
    { what: "under load", value: load.requestsPerSecond, unit: "requests/s" },
    { what: "answers other than 200", value: load.errors, unit: "errors", limit: 0 },
    {
      what: "changes of the page's counts",
      value: watched.changes / watched.seconds,
      unit: "a second",
      limit: 10,
    },
    { what: "longest time between two frames", value: watched.longest, unit: "ms" },
    {
      what: "requests that the page's counts miss",
      value: Math.abs(load.requests + before - shown),
      unit: "requests",
      limit: 0,
    },
  ];
}

async function counted(run: StartedRun, link: string): Promise<number> {
  const { origin, searchParams } = new URL(link);
  const headers = { authorization: `Bearer ${searchParams.get("token")}` };
  const answer = await fetch(`${origin}/api/home`, { headers });
  if (!answer.ok) throw new Error(`${run.url}: its console answers ${answer.status}`);
  return ((await answer.json()) as { counts: { requests: number } }).counts.requests;
}

/** The machine's own, or the one that a package of the checkout carries. */
async function startBrowser(): Promise<Browser> {
  const own = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  try {
    const { chromium } = await import("playwright-core");
    const executablePath = existsSync(own)
      ? own
      : await (await import("@sparticuz/chromium")).default.executablePath();
    return await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-zygote"], headless: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `No browser starts: ${why}. Set CHROME_PATH to one, or measure in the checkout, after npm ci.`,
    );
  }
}
