import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { broken, LookedAt, openPage, startBrowser } from "./support.ts";

describe("console: home", () => {
  let run: LookedAt;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  before(async function () {
    this.timeout(120_000);
    const started = await startBrowser();
    if (!started) return this.skip();
    browser = started;
    run = await LookedAt.start();
    await fetch(`${run.api}/items`);
    ({ page, complaints } = await openPage(browser, run.link));
    await page.getByRole("link", { name: "Home" }).click();
  });

  after(async () => {
    await browser?.close();
    await run?.end();
  });
  afterEach(() => assert.deepEqual(complaints?.splice(0), []));

  it("says what runs, how it goes, which function fails and what is not realised", async () => {
    await page.getByRole("heading", { name: "looked-at" }).waitFor();
    const text = await page.getByRole("main").innerText();
    assert.ok(text.includes(`api at ${run.api}`), text);
    assert.match(text, /Requests\s+1\s+Answers of 500 and more\s+1/);
    assert.match(text, /list 1 error/);
    assert.match(text, /What runs is what the files say/);
    assert.match(text, /recorded only\s+1\s+aws:cloudwatch\/metricAlarm:MetricAlarm/);
    const picture = page.getByAltText(/^Routes, functions, stores/);
    assert.equal(
      await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 100),
      true,
    );
  });

  it("tells on every page of a program that does not run any more, and when it does again", async () => {
    run.project.edit("index.ts", (text) => `${text}\nthrow new Error("broken <b>on purpose</b>");\n`);
    const banner = page.getByRole("alert");
    await banner.getByText("broken <b>on purpose</b>").waitFor();
    await page.getByText("The last reload failed").waitFor();
    await page.getByRole("link", { name: "Requests" }).click();
    await banner.getByText("Not reloaded, the last good code goes on.").waitFor();
    assert.equal((await fetch(`${run.api}/items/still`, { method: "PUT" })).status, 201);
    run.project.edit("index.ts", (text) => text.replace(/\nthrow .*\n$/, ""));
    await banner.waitFor({ state: "detached" });
  });

  it("is accessible in light and dark, narrow and wide", async function () {
    this.timeout(120_000);
    const found = await broken(browser, run.link, async (shown) => {
      await shown.getByRole("link", { name: "Home" }).click();
      await shown.getByRole("heading", { name: "Parity with the cloud" }).waitFor();
    });
    assert.deepEqual(found, []);
  });
});
