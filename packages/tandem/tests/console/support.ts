/** The program that the console's tests look at, running, with its page. */
import type { Browser, Page } from "playwright-core";
import { ProjectCopy, StartedProcess } from "../local/start/support.ts";
import { accessibility, openPage, startBrowser } from "./browser.ts";

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
      const [, link = "", origin = "", token = ""] = await started.run.says(
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

  async end(): Promise<void> {
    await this.run.end();
    this.project.remove();
  }
}

/** What breaks on the page at each width and in each colours: rules of accessibility, and whether it is wider than the screen. */
export async function broken(
  browser: Browser,
  link: string,
  show: (page: Page) => Promise<void>,
): Promise<string[]> {
  const found: string[] = [];
  for (const width of [390, 1_440]) {
    for (const scheme of ["light", "dark"] as const) {
      const { page, complaints } = await openPage(browser, link, { width, scheme });
      await show(page);
      const { broken: rules, kept } = await accessibility(page);
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      const all = [...rules, ...complaints, ...(wide > width ? [`${wide} px wide`] : [])];
      if (kept < 15) all.push(`only ${kept} rules were looked at`);
      found.push(...all.map((one) => `${width} px ${scheme}: ${one}`));
      await page.context().close();
    }
  }
  return found;
}

export { openPage, startBrowser };
