/** The program that the console's tests look at, running, with its page. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { ProjectCopy, StartedProcess } from "../local/start/support.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { accessibility, HEIGHT, openPage, startBrowser } from "./browser.ts";

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

/** A run, and a browser to look at it. */
export interface Opened {
  run: LookedAt;
  browser: Browser;
}

export interface Look extends Opened {
  page: Page;
}

/** Opened before the tests of a block and of those within it, which find in the run what those before them did. Ended after them. */
export function opens(fixture?: string): Opened {
  const opened = {} as Opened;
  before(async function () {
    const browser = await startBrowser();
    if (!browser) return this.skip();
    opened.browser = browser;
    opened.run = await LookedAt.start(fixture);
  });
  after(async () => {
    await opened.browser?.close();
    await opened.run?.end();
  });
  return opened;
}

/**
 * The view of that name, open in a browser before the tests of a block, ended after them. What the page complains of fails
 * the test in which it does.
 * @param prepare makes happen in the run what the view shows
 * @param of the run to look at, or the program of one for this block alone
 */
export function lookAt(
  view: string,
  prepare: (run: LookedAt) => Promise<unknown> = async () => {},
  of?: Opened | string,
): Look {
  const opened = typeof of === "object" ? of : opens(of);
  const look = {} as Look;
  let complaints: string[] | undefined;
  before(async function () {
    const { run, browser } = opened;
    if (!browser) return this.skip();
    await prepare(run);
    const shown = await openPage(browser, run.link);
    ({ complaints } = shown);
    Object.assign(look, { run, browser, page: shown.page });
    await look.page.getByRole("link", { name: view }).click();
  });
  if (opened === of) after(() => look.page?.context().close());
  afterEach(() => assert.deepEqual(complaints?.splice(0), []));
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

/** Widths of a telephone and of a screen, each in both colours. */
const LOOKS = [390, 1_440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);

/** Shows the page so; colours are there at once, not by and by. */
export async function showAs(page: Page, { width, scheme }: (typeof LOOKS)[number]): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
}

/** What breaks on the page at each width and in each colours: rules of accessibility, and whether it is wider than the screen. */
export async function broken(
  browser: Browser,
  link: string,
  show: (page: Page) => Promise<void>,
  fewest = 15,
): Promise<string[]> {
  const found: string[] = [];
  const { page, complaints } = await openPage(browser, link, LOOKS[0]);
  await show(page);
  for (const look of LOOKS) {
    await showAs(page, look);
    const { broken: rules, kept } = await accessibility(page);
    const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
    const all = [...rules, ...complaints.splice(0), ...(wide > look.width ? [`${wide} px wide`] : [])];
    if (kept < fewest) all.push(`only ${kept} rules were looked at`);
    found.push(...all.map((one) => `${look.width} px ${look.scheme}: ${one}`));
  }
  await page.context().close();
  return found;
}
