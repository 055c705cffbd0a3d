import assert from "node:assert/strict";
import { broken, lookAt, saying } from "./support.ts";

describe("console: home", () => {
  const look = lookAt("Home", (run) => fetch(`${run.api}/items`));

  it("says what runs, how it goes, which function fails and what is not realised", async () => {
    await look.page.getByRole("heading", { name: "looked-at" }).waitFor();
    const text = await saying(
      look.page.getByRole("main"),
      /Requests\s+1\s+Answers of 500 and more\s+1/,
      /list 1 error/,
      /What runs is what the files say/,
      /recorded only\s+2\s+aws:cloudwatch\/metricAlarm:MetricAlarm\s+evaluated on the page/,
    );
    assert.ok(text.includes(`api at ${look.run.api}`), text);
    const picture = look.page.getByAltText(/^Routes, functions, stores/);
    const width = await picture.evaluate(async (element) => {
      const image = element as unknown as { decode(): Promise<void>; naturalWidth: number };
      await image.decode();
      return image.naturalWidth;
    });
    assert.ok(width > 100, `${width} px wide`);
  });

  it("tells on every page of a program that does not run any more, and when it does again", async () => {
    look.run.project.edit("index.ts", (text) => `${text}\nthrow new Error("broken <b>on purpose</b>");\n`);
    const banner = look.page.getByRole("alert");
    await banner.getByText("broken <b>on purpose</b>").waitFor();
    await look.page.getByText("The last reload failed").waitFor();
    await look.page.getByRole("link", { name: "Requests" }).click();
    await banner.getByText("Not reloaded, the last good code goes on.").waitFor();
    assert.equal((await fetch(`${look.run.api}/items/still`, { method: "PUT" })).status, 201);
    look.run.project.edit("index.ts", (text) => text.replace(/\nthrow .*\n$/, ""));
    await banner.waitFor({ state: "detached" });
  });

  it("is accessible in light and dark, narrow and wide", async function () {
    this.timeout(120_000);
    const found = await broken(look.browser, look.run.link, async (shown) => {
      await shown.getByRole("link", { name: "Home" }).click();
      await shown.getByRole("heading", { name: "Parity with the cloud" }).waitFor();
    });
    assert.deepEqual(found, []);
  });
});
