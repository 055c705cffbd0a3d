import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { MOST_ENTRIES } from "../../../console/recorder.ts";
import { type Look, lookAt, waitForText } from "../support.ts";

/** Whatever the page takes; more than are kept, so that those that went are counted, too. */
const LEAST = MOST_ENTRIES + 100;
const AT_ONCE = 16;

const FRAMES = 3;
const PATIENCE_MS = 60_000;

interface Counted {
  counts: { requests: number };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20)) if (await isSo()) return;
  assert.fail(`it has not come to that: ${isSo}`);
}

export function load(opened: Look): void {
  describe("console: under load", () => {
    const look = lookAt("Requests", opened);

    it("goes on drawing and answering while requests pour in, and has counted each at the end", async function () {
      this.timeout(240_000);
      const { page, run } = look;
      // Frames that the page draws by itself: one that is frozen draws none.
      await page.evaluate(`
        window.frames_drawn = 0;
        const draw = () => { window.frames_drawn++; requestAnimationFrame(draw); };
        requestAnimationFrame(draw);
      `);
      const drawn = async () => Number(await page.evaluate("window.frames_drawn"));
      const known = await run.ask<Counted>("/api/requests");
      let sent = 0;
      let isUsed = false;
      const pour = async () => {
        while (!isUsed || sent < LEAST) await (await fetch(`${run.api}/nowhere/${sent++}`)).arrayBuffer();
      };
      const load = Promise.all(Array.from({ length: AT_ONCE }, pour));
      try {
        for (const view of ["Functions", "Requests"]) {
          await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view }).click();
          await until(async () => (await page.title()).startsWith(view));
          const before = await drawn();
          await until(async () => (await drawn()) > before + FRAMES);
        }
      } finally {
        isUsed = true;
        await load;
      }
      const all = known.counts.requests + sent;
      await waitForText(page.getByRole("main"), new RegExp(`${all.toLocaleString("en-US")} requests`));
      const { counts } = await run.ask<Counted>("/api/requests");
      assert.equal(counts.requests, all);
    });
  });
}
