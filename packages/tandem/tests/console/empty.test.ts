import assert from "node:assert/strict";
import { createServer } from "node:net";
import { listenAt } from "../../local/kept-ports.ts";
import { StartedProcess } from "../local/start/support.ts";
import { accessibility } from "./browser.ts";
import { lookAt, opens, showAs, starts } from "./support.ts";

/** Each view, what it says of a program that has nothing for it, and whether there is a line to copy. */
const VIEWS = [
  ["Requests", /^No request yet$/, false],
  ["Functions", /^The program declares no function$/, true],
  ["Traces", /^Nothing of the program is traced$/, false],
  ["Data", /^The program declares no store$/, true],
  ["Routes", /^The program declares no route$/, true],
  ["Monitoring", /^The program declares no dashboard and no alarm$/, true],
] as const;

describe("console: a program that declares nothing", () => {
  const started = starts("nothing");

  describe("in a browser", () => {
    const look = lookAt("Home", undefined, opens(started));

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
          const { broken } = await accessibility(page);
          assert.deepEqual(broken, [], `${name}, ${width} px ${scheme}`);
          const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
          assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
        }
      }
    });
  });

  describe("the console's address", () => {
    /** Port and token of one start, and what it printed. */
    const nextStart = async (): Promise<{ port: number; token: string; printed: string }> => {
      const run = new StartedProcess(started.run.project);
      try {
        const [, port, token = ""] = await run.waitForOutput(
          /^Look at it: http:\/\/127\.0\.0\.1:(\d+)\/\?token=(\S+)$/m,
        );
        return { port: Number(port), token, printed: run.stdout };
      } finally {
        await run.end();
      }
    };

    it("is the same at the next start with a token of its own, and moves where another process has it", async () => {
      const { origin, token, run } = started.run;
      await run.end();
      const port = Number(new URL(origin).port);
      const second = await nextStart();
      assert.equal(second.port, port);
      assert.notEqual(second.token, token);
      const other = createServer();
      try {
        assert.equal(await listenAt(other, port, false), port);
        const third = await nextStart();
        assert.notEqual(third.port, port);
        assert.ok(
          third.printed.includes(
            `Console: port ${port} of the last start is taken; it listens on ${third.port} now.`,
          ),
          third.printed,
        );
      } finally {
        other.close();
      }
    });
  });
});
