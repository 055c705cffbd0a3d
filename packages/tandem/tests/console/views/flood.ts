import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { Live } from "../../../console/live.ts";
import { pageFiles } from "../../../console/page-files.ts";
import { Recorder } from "../../../console/recorder.ts";
import { Mask } from "../../../console/secrets.ts";
import { ConsoleServer, json } from "../../../console/server.ts";
import { anyPorts } from "../../../local/kept-ports.ts";
import { recordedProgram } from "../../support/recordings.ts";
import type { Browsing } from "../browser.ts";
import { request } from "../happened.ts";
import { waitForText } from "../support.ts";

const A_SECOND = 10_000;
const ALL = 30_000;
const FRAMES = 3;

/** In the page: how often the counts were drawn anew, and how many frames there were. */
const OBSERVE = `
  window.updates = 0;
  window.frames_drawn = 0;
  new MutationObserver(() => { window.updates++; })
    .observe(document.querySelector(".count"), { subtree: true, childList: true, characterData: true });
  const draw = () => { window.frames_drawn++; requestAnimationFrame(draw); };
  requestAnimationFrame(draw);
`;

export function flood(browsing: Browsing): void {
  describe("console: at 10,000 requests a second", () => {
    const recorder = new Recorder();
    let page: Page;
    let server: ConsoleServer | undefined;
    let messages = 0;

    before(async function () {
      const mask = Mask.of(recordedProgram([]));
      const live = new Live(
        recorder,
        () => mask,
        () => ({ error: null, url: "" }),
      );
      const files = await pageFiles();
      server = new ConsoleServer({
        file: async (name) => files.get(name),
        api: async ({ path }) =>
          json(
            path === "/api/requests" ? { rows: [], counts: recorder.counts } : { routes: [], issuers: [] },
          ),
        live: (send) =>
          live.add((event, data) => {
            if (event === "rows") messages++;
            send(event, data);
          }),
      });
      await server.listen(anyPorts.of("Console"));
      const opened = await browsing.open(server.url);
      if (opened === undefined) return this.skip();
      page = opened;
    });
    after(async () => {
      await browsing.leave();
      await server?.close();
    });

    it("the page draws on, is told together what came together, and shows how many it does not list", async function () {
      this.timeout(240_000);
      const main = page.getByRole("main");
      await waitForText(main, /0 requests/);
      await page.evaluate(OBSERVE);
      const drawn = async () => Number(await page.evaluate("window.frames_drawn"));
      const before = await drawn();
      const began = performance.now();
      let framesMeanwhile = 0;
      while (recorder.counts.requests < ALL) {
        const due = Math.min(ALL, ((performance.now() - began) / 1_000) * A_SECOND);
        while (recorder.counts.requests < due)
          recorder.request(request({ target: `/items/${recorder.counts.requests}` }));
        await pause(5);
        if (recorder.counts.requests > ALL / 2 && framesMeanwhile === 0)
          framesMeanwhile = (await drawn()) - before;
      }
      const listed = [...recorder.entries()].length;
      const { leftOut } = recorder.counts;
      assert.equal(listed + leftOut, ALL);
      const inWords = (count: number) => count.toLocaleString("en-US");
      await waitForText(
        main,
        new RegExp(
          `${inWords(ALL)} requests, 0 events; ${inWords(leftOut)} of them only counted: over 100 a second`,
        ),
      );
      assert.ok(framesMeanwhile > FRAMES, `${framesMeanwhile} frames while half of them came`);
      const updates = Number(await page.evaluate("window.updates"));
      assert.ok(updates > 1 && updates <= messages, `${updates} updates by ${messages} messages`);
      assert.ok(messages < ALL / 100, `${messages} messages of ${ALL} requests`);
      const rows = await page.locator("a.row").count();
      assert.ok(rows > 0 && rows < 60, `${rows} rows are drawn`);
    });
  });
}
