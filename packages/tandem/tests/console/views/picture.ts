import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { WIDTH } from "../browser.ts";
import { textIn, withText } from "../png-text.ts";
import { type Look, lookAt, showAs } from "../support.ts";

const DOCS = path.resolve(import.meta.dirname, "../../../docs");
const KEYWORD = "shows";
const SCHEMES = ["light", "dark"] as const;
const TAKEN_ANEW = 'UPDATE_EXPECTED=1 npm test -- --grep "picture of the console"';

/**
 * The pictures of the README. A test that held each of their points against the page would fail with every font; what they show,
 * by its views, headings and columns, stands in the files themselves.
 */
export function picture(opened: Look): void {
  describe("the picture of the console", () => {
    lookAt("Requests", opened);

    for (const scheme of SCHEMES) {
      it(`is of the views as they are, in ${scheme} colours`, async function () {
        this.timeout(240_000);
        const { page } = opened;
        await showAs(page, 1_280, scheme);
        await page
          .getByRole("link", { name: /GET \/items .*1 refusal/ })
          .first()
          .click();
        const detail = page.getByRole("article", { name: "Chosen request" });
        await detail.getByText("would allow it").or(detail.getByText("Copy the statement")).first().waitFor();
        await detail.getByRole("heading", { name: "Request", exact: true }).waitFor();
        const outline = await outlineOf(page);
        const file = path.join(DOCS, `console-${scheme}.png`);
        if (process.env.UPDATE_EXPECTED === "1")
          writeFileSync(file, withText(await page.screenshot({ animations: "disabled" }), KEYWORD, outline));
        assert.ok(existsSync(file), `${file} is not there: ${TAKEN_ANEW}`);
        assert.equal(
          textIn(readFileSync(file), KEYWORD),
          outline,
          `The page has changed. Take it anew: ${TAKEN_ANEW}`,
        );
      });
    }

    after(() => showAs(opened.page, WIDTH, "light"));

    it("stands in the README, in both colours", () => {
      const readme = readFileSync(path.resolve(DOCS, "../../../README.md"), "utf8");
      for (const scheme of SCHEMES)
        assert.ok(readme.includes(`packages/tandem/docs/console-${scheme}.png`), scheme);
    });
  });
}

/** Views, headings, columns and what can be pressed: what a reader would miss if the picture were of an older page. */
async function outlineOf(page: Page): Promise<string> {
  const texts = async (part: string) =>
    (await page.locator(part).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim());
  const parts = ["nav a", "h1, h2, h3", "main button", "main th"];
  return (await Promise.all(parts.map(async (part) => [...new Set(await texts(part))].join(" | ")))).join(
    "\n",
  );
}
