import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { broken, type Look, lookAt, waitForText } from "../support.ts";

/** What is marked in a picture, as it says itself. */
function marks(svg: string): string[] {
  return [...svg.matchAll(/<g><title>([^<]*)<\/title>/g)].map(([, output = ""]) => output);
}

export function home(opened: Look): void {
  describe("console: home", () => {
    const look = lookAt("Home", opened);

    it("says what runs, how it goes, which function fails and what is not realised", async () => {
      await look.page.getByRole("heading", { name: "looked-at" }).waitFor();
      const text = await waitForText(
        look.page.getByRole("main"),
        /Requests\s+5\s+Answers of 500 and more\s+1/,
        /list 1 error/,
        /What runs is what the files say/,
        /recorded only\s+2\s+aws:cloudwatch\/metricAlarm:MetricAlarm\s+evaluated beside the page/,
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

    it("marks calls and failures of routes, functions and stores in the picture of the program", async () => {
      const { functions } = await look.run.ask<{ functions: { logicalName: string; numbers: object }[] }>(
        "/api/functions",
      );
      assert.equal(functions.length, 5);
      const drawn = async (name: string) => (await look.run.fetch(`/api/pictures/${name}`)).text();
      // One of `list`, three of `put`, and one of `work` for each message that these sent.
      await look.run.until<{ calls: number }>("/api/home", ({ calls }) => calls === 7);
      for (const name of ["architecture-light.svg", "architecture-dark.svg"])
        assert.deepEqual(
          marks(await drawn(name))
            // How often messages were asked for is as it happens.
            .map((mark) => mark.replace(/^jobs: [1-9]\d*/, "jobs: some"))
            .sort(),
          [
            "GET /guarded: 1 called, 0 failed",
            "GET /items: 1 called, 1 failed",
            "PUT /items/{id}: 3 called, 0 failed",
            "items: 4 called, 1 failed",
            "jobs: some called, 0 failed",
            "jobs: some called, 0 failed",
            "list: 1 called, 1 failed",
            "put: 3 called, 0 failed",
            "work: 3 called, 0 failed",
          ],
          name,
        );
      const source = look.page.locator('img[src*="requests=5&"][src$="&calls=7&failed=1"]');
      await source.waitFor();
    });

    it("estimates the month by the prices of its region, and says by what load", async () => {
      const text = await waitForText(
        look.page.getByRole("main"),
        /What a month costs\s+eu-central-1\s+Estimate\s+\$\d+\.\d\d/,
        /By list prices of \d{4}-\d\d-\d\d/,
      );
      assert.match(text, /What it assumes/);
    });

    it("compares with main when it is asked to, and says why where there is none", async function () {
      this.timeout(240_000);
      const { message } = await look.run.ask<{ message: string }>("/api/changes");
      assert.match(message, /git/);
      const { project } = look.run;
      const git = (...args: string[]) => {
        const author = [
          "-c",
          "user.name=Test",
          "-c",
          "user.email=test@example.com",
          "-c",
          "commit.gpgsign=false",
        ];
        execFileSync("git", [...author, ...args], { cwd: project.path, stdio: "pipe" });
      };
      project.write(".gitignore", "node_modules\n.local\n");
      git("init", "-q", "-b", "main");
      git("add", ".");
      git("commit", "-q", "-m", "first");
      await look.page.getByRole("button", { name: "Compare" }).click();
      await look.page
        .getByText(/^Against main \([0-9a-f]{7}\): nothing changes, \d+ resources stay as they are\.$/)
        .waitFor({ timeout: 120_000 });
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
      const found = await broken(look.page, async (shown) => {
        await shown.getByRole("link", { name: "Home", exact: true }).click();
        await shown.getByRole("heading", { name: "Parity with the cloud" }).waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
