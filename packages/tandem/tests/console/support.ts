/** The program that the console's tests look at, running, with its page. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { ProjectCopy, StartedProcess } from "../local/start/support.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { accessibility, HEIGHT, openPage, startBrowser, WIDTH } from "./browser.ts";

export class LookedAt {
  readonly project: ProjectCopy;
  readonly run: StartedProcess;
  api = "";
  link = "";
  origin = "";
  token = "";

  private constructor(fixture: string) {
    this.project = new ProjectCopy(fixture);
    this.run = new StartedProcess(this.project);
  }

  static async start(fixture = "looked-at"): Promise<LookedAt> {
    const started = new LookedAt(fixture);
    try {
      started.api = await started.run.ready();
      const [, link = "", origin = "", token = ""] = await started.run.waitForOutput(
        /^Look at it: ((http:\S+)\/\?token=(\S+))$/m,
      );
      Object.assign(started, { link, origin, token });
      return started;
    } catch (error) {
      await started.end();
      throw error;
    }
  }

  async ask<T>(path: string): Promise<T> {
    const response = await fetch(this.origin + path, { headers: { authorization: `Bearer ${this.token}` } });
    return (await response.json()) as T;
  }

  /** Asks until the answer is what is waited for: what a click sets off may be over before the page shows it. */
  async until<T>(path: string, isSo: (answer: T) => boolean): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.ask<T>(path);
      if (isSo(answer)) return answer;
      if (Date.now() > end) assert.fail(`${path} goes on answering ${JSON.stringify(answer)}`);
      await pause(50);
    }
  }

  async end(): Promise<void> {
    await this.run.end();
    this.project.remove();
  }
}

/** A run that lasts as long as the block of tests that starts it. */
export interface Started {
  run: LookedAt;
}

/** To be called in a `describe`. */
export function starts(fixture?: string): Started {
  const started = {} as Started;
  before(async () => {
    started.run = await LookedAt.start(fixture);
  });
  after(() => started.run?.end());
  return started;
}

/** A run, and a page of a browser that looks at it. */
export interface Look extends Started {
  page: Page;
}

/**
 * Opened before the tests of a block and of those within it, which find in the run and on the page what those before them did.
 * Ended after them. What the page complains of fails the test in which it does.
 * @param of a run that was started, or the program to start for this block alone
 */
export function opens(of?: Started | string): Look {
  const look = {} as Look;
  let browser: Browser | undefined;
  let complaints: string[] | undefined;
  before(async function () {
    browser = await startBrowser();
    if (!browser) return this.skip();
    look.run = typeof of === "object" ? of.run : await LookedAt.start(of);
    ({ page: look.page, complaints } = await openPage(browser, look.run.link));
  });
  afterEach(() => assert.deepEqual(complaints?.splice(0), []));
  after(async () => {
    await browser?.close();
    if (typeof of !== "object") await look.run?.end();
  });
  return look;
}

/**
 * The view of that name, chosen before the tests of a block.
 * @param prepare makes happen in the run what the view shows
 * @param of what others opened, or the program to open for this block alone
 */
export function lookAt(
  view: string,
  prepare: (run: LookedAt) => Promise<unknown> = async () => {},
  of?: Look | string,
): Look {
  const look = typeof of === "object" ? of : opens(of);
  before(async () => {
    await prepare(look.run);
    const views = look.page.getByRole("navigation", { name: "Views" });
    await views.getByRole("link", { name: view }).click();
  });
  return look;
}

/**
 * What a part of the page says, once it says all that is looked for: a page is drawn bit by bit, and what was waited for
 * before may stand there while the rest is still to come.
 */
export async function waitForText(part: Locator, ...patterns: RegExp[]): Promise<string> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const text = await part.innerText();
    const missing = patterns.filter((pattern) => !pattern.test(text));
    if (missing.length === 0) return text;
    if (Date.now() > until) assert.fail(`nothing that matches ${missing.join(" and ")} in:\n${text}`);
    await pause(50);
  }
}

/** Widths of a telephone and of a screen, in pixels. */
const WIDTHS = [390, 1_440];

export async function showAs(page: Page, width: number, colorScheme: "light" | "dark"): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme });
}

/**
 * What breaks on the page at each width and in each colours: rules of accessibility, and whether it is wider than the screen.
 * @param show chooses what is looked at, on a narrow page
 */
export async function broken(
  page: Page,
  show: (page: Page) => Promise<void>,
  fewest = 15,
): Promise<string[]> {
  const found: string[] = [];
  const look = async (width: number, scheme: "light" | "dark", least: number) => {
    await showAs(page, width, scheme);
    const { broken: rules, kept } = await accessibility(page, scheme === "light" ? "all" : "colours");
    const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
    const all = [...rules, ...(wide > width ? [`${wide} px wide`] : [])];
    if (kept < least) all.push(`only ${kept} rules were looked at`);
    found.push(...all.map((one) => `${width} px ${scheme}: ${one}`));
  };
  try {
    for (const width of WIDTHS) {
      await showAs(page, width, "light");
      if (width === WIDTHS[0]) await show(page);
      await look(width, "light", fewest);
      await look(width, "dark", 1);
    }
  } finally {
    await showAs(page, WIDTH, "light");
  }
  return found;
}
