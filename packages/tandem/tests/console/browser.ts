/** The console's page in a real browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { PATIENCE_MS } from "../support/patience.ts";
import { browserPath } from "./browser-path.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Of the window, in pixels. */
export const WIDTH = 1_440;
export const HEIGHT = 900;

/**
 * One browser with one page, which shows one run after another: each page more is a process that reads the console's scripts
 * and axe. What the page complains of, a script error or a broken rule of the content security policy, fails the test in
 * which it does.
 */
export class Browsing {
  readonly #complaints: string[] = [];
  #browser: Browser | undefined;
  #page: Page | undefined;

  /** Undefined where there is no browser; the tests are pending then. */
  async open(url: string): Promise<Page | undefined> {
    this.#browser ??= await startBrowser();
    if (this.#browser === undefined) return undefined;
    this.#page ??= await this.#newPage(this.#browser);
    await this.#page.goto(url);
    return this.#page;
  }

  /** Before a run ends that the page shows: it would complain of that. */
  async leave(): Promise<void> {
    await this.#page?.goto("about:blank");
  }

  takeComplaints(): string[] {
    return this.#complaints.splice(0);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }

  async #newPage(browser: Browser): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: WIDTH, height: HEIGHT },
      colorScheme: "light",
      // Colours are there at once, not by and by.
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => this.#complaints.push(message));
    page.on("dialog", (dialog) => {
      this.#complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (message.type() === "error") this.#complaints.push(message.text());
    });
    return page;
  }
}

/** To be called in a `describe`, for all tests within it. */
export function browses(): Browsing {
  const browsing = new Browsing();
  afterEach(() => assert.deepEqual(browsing.takeComplaints(), []));
  after(() => browsing.close());
  return browsing;
}

async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = await browserPath();
  if (executablePath === undefined) return undefined;
  // Not the arguments of the package that carries one: they put all into one process and switch off what a browser guards.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--no-zygote"], headless: true });
}

/** Every other rule looks at what is there, which is the same in any colours. */
const RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Read in the page: of what axe finds most is of no interest here, and a megabyte to send. */
const lookThrough = (rules: object) => `
  axe.run({ resultTypes: ["violations"], ...${JSON.stringify(rules)} }).then(({ violations, passes }) => ({
    broken: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)),
    kept: passes.length,
  }))`;

/**
 * Rules of accessibility that the page breaks, with where; and how many it keeps, for nothing is found where nothing is looked at.
 * @param rules all, or those that other colours may break
 */
export async function accessibility(
  page: Page,
  rules: "all" | "colours" = "all",
): Promise<{ broken: string[]; kept: number }> {
  // Half a megabyte, which a page keeps.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe);
  const chosen = rules === "all" ? {} : { runOnly: RULES_OF_COLOURS };
  return (await page.evaluate(lookThrough(chosen))) as { broken: string[]; kept: number };
}
