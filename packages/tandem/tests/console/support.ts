/** Programs that the console's tests look at, running, with their page. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { ProjectCopy, StartedProcess } from "../local/start/support.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { AskedConsole } from "./asked-console.ts";
import { accessibility, type Browsing, HEIGHT, WIDTH } from "./browser.ts";

export class LookedAt extends AskedConsole {
  readonly project: ProjectCopy;
  readonly run: StartedProcess;
  readonly api: string;

  private constructor(project: ProjectCopy, run: StartedProcess, api: string, link: string) {
    super(link);
    this.project = project;
    this.run = run;
    this.api = api;
  }

  static async start(fixture: string): Promise<LookedAt> {
    const project = new ProjectCopy(fixture);
    const run = new StartedProcess(project);
    try {
      const api = await run.ready();
      return new LookedAt(project, run, api, await AskedConsole.linkOf(run));
    } catch (error) {
      await run.end();
      project.remove();
      throw error;
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
export function starts(fixture: string): Started {
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
 * Left after them, while the run is still there.
 */
export function opens(started: Started, browsing: Browsing): Look {
  const look = {} as Look;
  before(async function () {
    const page = await browsing.open(started.run.link);
    if (page === undefined) return this.skip();
    Object.assign(look, { page, run: started.run });
  });
  after(() => browsing.leave());
  return look;
}

/**
 * The view of that name, chosen before the tests of a block.
 * @param prepare makes happen in the run what the view shows
 */
export function lookAt(
  view: string,
  look: Look,
  prepare: (run: LookedAt) => Promise<unknown> = async () => {},
): Look {
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
