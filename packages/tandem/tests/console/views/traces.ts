import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { TracesSummary } from "../../../console/page/types.ts";
import { broken, type Look, lookAt, waitForText } from "../support.ts";
import { kept, rootOf, traced } from "./traced.ts";

/** Of a run that is given the program beside its own, which is traced. */
export function traces(opened: Look): void {
  describe("console: traces", function () {
    this.timeout(180_000);
    let rest = "";
    const look = lookAt("Traces", opened, async ({ project, run }) => {
      project.write("index.ts", readFileSync(path.join(project.path, "traced.ts"), "utf8"));
      [, rest = ""] = await run.waitForOutput(/^rest answers on (http:\S+)$[\s\S]*^reloaded the program/m);
      await fetch(`${rest}/live/items/poison`, { method: "PUT" });
    });
    traced(look, () => rest);

    const views = () => look.page.getByRole("navigation", { name: "Views" });
    const list = async () => {
      await views().getByRole("link", { name: "Traces" }).click();
      await look.page.getByLabel("Filter expression").fill("");
      await look.page.getByRole("button", { name: "Filter" }).click();
    };
    const trace = () => look.page.getByRole("article", { name: "Chosen trace" });
    const map = () => look.page.getByRole("region", { name: "Map of the services" });

    it("show a failing function in red on the map, and lead from there to its traces and its request", async () => {
      await list();
      const box = map().getByRole("button", { name: /Lambda function put-\w+ .*1 fault/s });
      await box.waitFor();
      const colour = await box.evaluate((element) => {
        const { getComputedStyle } = globalThis as unknown as {
          getComputedStyle(of: unknown): { borderTopColor: string };
        };
        return getComputedStyle(element).borderTopColor;
      });
      assert.equal(colour, "rgb(171, 33, 26)");
      await waitForText(
        map(),
        /API Gateway stage\s+rest\/live/,
        /DynamoDB table\s+items-/,
        /SQS queue\s+jobs-/,
      );
      await box.click();
      await waitForText(look.page.getByRole("main"), /^2 traces;/m);
      await look.page.getByRole("link", { name: /fault PUT \/live\/items\/poison/ }).click();
      await trace()
        .getByRole("button", { name: /fault: checks <b>poison<\/b>/ })
        .click();
      await waitForText(trace(), /RangeError: cannot put <i>poison<\/i>/, /item\s+poison/);
      await trace().getByRole("link", { name: "Its request, with log and calls" }).click();
      const request = look.page.getByRole("article", { name: "Chosen request" });
      await request.getByText("RangeError: cannot put <i>poison</i>").first().waitFor();
      await request.getByRole("link", { name: "Trace", exact: true }).click();
      await trace().getByRole("heading", { name: "PUT /live/items/poison" }).waitFor();
    });

    it("are found by X-Ray's filter expressions, by those of the program's groups, and say what is none", async () => {
      await list();
      const typed = look.page.getByLabel("Filter expression");
      const rows = look.page.getByRole("main").locator(".traces li");
      await typed.fill('annotation.item = "one" AND service("rest/live") { http.status = 201 }');
      await typed.press("Enter");
      await waitForText(look.page.getByRole("main"), /^1 trace;/m, /PUT \/live\/items\/one/);
      assert.equal(await rows.count(), 1);
      await look.page.getByRole("button", { name: "failing" }).click();
      await waitForText(look.page.getByRole("main"), /^1 trace;/m, /PUT \/live\/items\/poison/);
      await typed.fill("price > 5");
      await typed.press("Enter");
      await waitForText(
        look.page.getByRole("alert"),
        /The filter does not know price: it knows ok, error, fault/,
      );
      await typed.fill('service("nobody")');
      await typed.press("Enter");
      await look.page.getByText('No trace that is kept fits service("nobody")').waitFor();
    });

    it("hold what Powertools' tracer sent of an import that an upload set off, and of one that fails", async () => {
      await views().getByRole("link", { name: "Data" }).click();
      await look.page
        .getByRole("navigation", { name: "Stores" })
        .getByRole("link", { name: /^inbox-/ })
        .click();
      const store = look.page.getByRole("article", { name: "Chosen store" });
      for (const [name, text] of [
        ["fine.txt", "fine"],
        ["broken.txt", "broken"],
      ] as const) {
        await store
          .getByLabel("File")
          .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
        await store.getByLabel("Key", { exact: true }).fill(name);
        await store.getByRole("button", { name: "Upload" }).click();
        await store.getByRole("button", { name, exact: true }).waitFor();
      }
      await list();
      await look.page.getByRole("link", { name: /ok bucket inbox-\w+\/fine\.txt/ }).click();
      await trace().getByRole("button", { name: "## imports" }).click();
      await waitForText(trace(), /key\s+fine\.txt/, /ColdStart\s+(true|false)/, /S3 GetObject/);
      await list();
      await look.page.getByRole("link", { name: /fault bucket inbox-\w+\/broken\.txt/ }).click();
      await trace().getByRole("button", { name: "fault: ## imports" }).first().click();
      await waitForText(trace(), /TypeError: it is broken/, /Attempt #3/);
      await waitForText(map(), /Lambda function\s+see-/, /S3 bucket\s+inbox-/);
    });

    it("are of every request while the switch says so", async () => {
      await list();
      const all = look.page.getByLabel("Follow every request");
      const isAll = (wanted: boolean) =>
        look.run.until<TracesSummary>("/api/traces", ({ sampling }) => sampling.all === wanted);
      await all.check();
      await isAll(true);
      const header = await (await fetch(`${rest}/live/quiet`)).text();
      await kept(look.run, rootOf(header), ({ roots: [first] }) => first?.name === "rest/live");
      await look.page.getByRole("link", { name: /GET \/live\/quiet/ }).waitFor();
      await all.uncheck();
      await isAll(false);
      assert.match(await (await fetch(`${rest}/live/quiet`)).text(), /Sampled=0$/);
    });

    it("show markup in names, annotations and metadata as text, and count what is no segment", async () => {
      const canary = "<img src=x onerror=alert(1)>";
      const header = '{"format":"json","version":1}\n';
      const id = "1-67bf0001-0123456789abcdef01234567";
      const segment = {
        trace_id: id,
        id: "53995c3f42cd8ad8",
        name: canary,
        start_time: 1,
        end_time: 2,
        origin: canary,
        annotations: { [canary]: canary },
        metadata: { [canary]: canary },
        http: { request: { method: canary, url: `javascript:${canary}` } },
        cause: {
          exceptions: [{ type: canary, message: canary, stack: [{ path: canary, line: 1, label: canary }] }],
        },
        subsegments: [
          {
            id: "53995c3f42cd8ad9",
            name: canary,
            namespace: "aws",
            start_time: 1,
            end_time: 2,
            aws: { operation: canary },
          },
        ],
      };
      const { headers } = await fetch(`${look.run.api}/passive`);
      const port = Number(headers.get("x-daemon")?.split(":")[1]);
      const socket = createSocket("udp4");
      for (const datagram of ["garbage", header + JSON.stringify(segment)]) {
        await new Promise<void>((sent, failed) =>
          socket.send(datagram, port, "127.0.0.1", (error) => (error ? failed(error) : sent())),
        );
      }
      const closed = once(socket, "close");
      socket.close();
      await closed;
      await kept(look.run, id, () => true);
      await list();
      await waitForText(
        look.page.getByRole("main"),
        /1 document refused: no line that says the format \(1\)/,
      );
      await waitForText(map(), /<img src=x onerror=alert\(1\)>/);
      assert.equal(await look.page.getByRole("main").locator("img").count(), 0);
      await look.page.getByRole("link", { name: /<img src=x/ }).click();
      await trace()
        .getByRole("button", { name: /<img src=x/ })
        .first()
        .click();
      await waitForText(trace(), /<img src=x onerror=alert\(1\)>: <img/, /1 annotation/);
      assert.equal(await trace().locator("img, script, a[href^=javascript]").count(), 0);
    });

    it("take over the rules of a program that was reloaded, and can be forgotten", async () => {
      look.run.project.edit("index.ts", (text) =>
        text.replace("priority: 5,\n  reservoirSize: 0", "priority: 5,\n  reservoirSize: 3"),
      );
      await look.run.until<TracesSummary>("/api/traces", ({ sampling }) =>
        sampling.rules.some(({ name, reservoir }) => name === "quiet" && reservoir === 3),
      );
      const header = await (await fetch(`${rest}/live/quiet`)).text();
      await kept(look.run, rootOf(header), ({ roots: [first] }) => first?.name === "rest/live");
      await list();
      await look.page
        .getByRole("link", { name: /GET \/live\/quiet/ })
        .first()
        .waitFor();
      await look.page.getByRole("button", { name: "Clear" }).click();
      await look.page.getByText("No trace yet").waitFor();
    });

    const open = (page: typeof look.page) => page.getByRole("link", { name: "Traces", exact: true }).click();

    it("are accessible in light and dark, narrow and wide", async () => {
      await fetch(`${rest}/live/items/poison`, { method: "PUT" });
      const found = await broken(look.page, async (page) => {
        await open(page);
        await page.locator(".box").first().waitFor();
      });
      assert.deepEqual(found, []);
    });

    it("are accessible one by one, with what a segment says of itself", async () => {
      const found = await broken(look.page, async (page) => {
        await open(page);
        await page.getByRole("link", { name: /fault PUT \/live\/items\/poison/ }).click();
        await page.getByRole("button", { name: /checks/ }).click();
        await page.getByText("RangeError: cannot put").waitFor();
        await page.locator(".box").first().waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
