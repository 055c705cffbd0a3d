import assert from "node:assert/strict";
import { accessibility, WIDTH } from "../browser.ts";
import { type Look, showAs } from "../support.ts";

/** Each view, what it says of a program that has nothing for it, and whether there is a line to copy. */
const VIEWS = [
  ["Requests", /^No request yet$/, false],
  ["Functions", /^The program declares no function$/, true],
  ["Traces", /^Nothing of the program is traced$/, false],
  ["Data", /^The program declares no store$/, true],
  ["Routes", /^The program declares no route$/, true],
  ["Monitoring", /^The program declares no dashboard and no alarm$/, true],
] as const;

/** Of a run whose program is left with nothing. */
export function empty(look: Look): void {
  describe("console: a program that declares nothing", () => {
    before(async () => {
      look.run.project.write("index.ts", "export const nothing = true;\n");
      await look.run.until<{ functions: object[] }>(
        "/api/functions",
        ({ functions }) => functions.length === 0,
      );
      for (const kept of ["requests", "traces"]) await look.run.fetch(`/api/${kept}`, { method: "DELETE" });
      // What it has shown stays on a page, and what is chosen is in its address.
      await look.page.goto(`${look.run.origin}/#/requests`);
      await look.page.reload();
    });

    it("is said by each view once, with what to do next, and nothing is to be chosen there", async function () {
      this.timeout(240_000);
      const { page } = look;
      for (const width of [390, 1_280, 1_920]) {
        const scheme = width === 1_280 ? "light" : "dark";
        await showAs(page, width, scheme);
        for (const [name, title, hasLine] of VIEWS) {
          await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
          await page.getByText(title).waitFor();
          const titles = await page.locator(".empty-title:visible").allInnerTexts();
          assert.deepEqual(
            titles.map((one) => title.test(one)),
            [true],
            `${name}, ${width} px: ${titles}`,
          );
          const lines = await page.locator(".command:visible").count();
          assert.equal(lines, hasLine ? 1 : 0, `${name}, ${width} px: ${lines} lines`);
          // Beyond 1,280 px nothing of these views is laid out in another way.
          const { broken } = await accessibility(page, width > 1_280 ? "colours" : "all");
          assert.deepEqual(broken, [], `${name}, ${width} px ${scheme}`);
          const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
          assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
        }
      }
    });

    after(() => showAs(look.page, WIDTH, "light"));
  });
}
