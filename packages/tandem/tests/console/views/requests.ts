import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { KeptCall, Summary } from "../../../console/page/types.ts";
import { misfits } from "../described-answers.ts";
import { broken, type Look, lookAt, waitForText } from "../support.ts";

export function requests(opened: Look): void {
  describe("console: requests", () => {
    const look = lookAt("Requests", opened, async ({ api }) => {
      await fetch(`${api}/items/plain`, { method: "PUT", body: "poison" });
      await fetch(`${api}/items`);
      await fetch(`${api}/items/%3Cimg%20src=x%20onerror=alert(1)%3E`, {
        method: "PUT",
        headers: { "x-evil": "<script>alert(2)</script>", authorization: "Bearer secret-of-a-caller" },
        body: "<svg onload=alert(3)>",
      });
    });

    let page: Page;
    let api: string;
    before(() => {
      page = look.page;
      api = look.run.api;
    });

    it("lists what came in, newest first, as it comes", async () => {
      await page
        .getByRole("link", { name: /GET \/items / })
        .first()
        .waitFor();
      await fetch(`${api}/items/live`, { method: "PUT" });
      const first = page
        .getByRole("region", { name: "Requests and events" })
        .getByRole("link", { name: /\/items\/live/ });
      await first.waitFor();
      await waitForText(first, /201[\s\S]*PUT/);
    });

    it("says of a refused call which statement is missing, for it to be copied", async () => {
      await page
        .getByRole("link", { name: /GET \/items .*1 refusal/ })
        .first()
        .click();
      const detail = page.getByRole("article", { name: "Chosen request" });
      await detail.getByText("Refused: dynamodb:Scan").waitFor();
      await detail.getByText("no identity-based policy allows the dynamodb:Scan action").first().waitFor();
      await detail.getByRole("button", { name: "Copy the statement" }).click();
      await detail.getByText("Copied").waitFor();
      const copied = JSON.parse(await page.evaluate("navigator.clipboard.readText()"));
      assert.equal(copied.Effect, "Allow");
      assert.equal(copied.Action, "dynamodb:Scan");
      assert.match(copied.Resource, /:table\/items-/);
      await waitForText(detail, /list is declared at index\.ts:\d+, items at index\.ts:\d+\./);
      await waitForText(detail, /AccessDeniedException/);
    });

    it("shows answer, log, calls and what allowed them, and what the request set off", async () => {
      await page
        .getByRole("link", { name: /PUT \/items\/plain/ })
        .first()
        .click();
      const detail = page.getByRole("article", { name: "Chosen request" });
      await detail.getByText("dynamodb:PutItem").first().waitFor();
      await waitForText(
        detail,
        /201/,
        /dynamodb:PutItem on arn:aws:dynamodb:eu-central-1:\d+:table\/items-\S+ by put: dynamodb:PutItem, dynamodb:DeleteItem/,
        /WARN\s*puts <b>plain<\/b>/,
        /REPORT RequestId/,
        /What it set off[\s\S]*queue[\s\S]*jobs-\S+: 1 message/,
      );
      await detail
        .getByRole("link", { name: /jobs-\S+: 1 message/ })
        .first()
        .click();
      await page.getByText("Error: cannot work on poison").first().waitFor();
      await page
        .getByText(/Caused by/)
        .getByRole("link")
        .click();
      await page.getByRole("heading", { name: /PUT \/items\/plain/ }).waitFor();
    });

    it("sends a request again, and another one", async () => {
      const detail = page.getByRole("article", { name: "Chosen request" });
      const before = page.url();
      await detail.getByRole("button", { name: "Send again" }).click();
      await page.waitForURL((url) => url.href !== before);
      await page.getByRole("heading", { name: /PUT \/items\/plain/ }).waitFor();
      await detail.getByRole("button", { name: "Edit and send" }).click();
      await detail.getByLabel("Path and query").fill("/items/edited");
      await detail.getByRole("button", { name: "Send", exact: true }).click();
      await page.getByRole("heading", { name: /PUT \/items\/edited/ }).waitFor();
      await detail.getByRole("button", { name: "Copy as curl" }).click();
      await detail.getByText("Copied").waitFor();
      const curl = String(await page.evaluate("navigator.clipboard.readText()"));
      assert.ok(curl.startsWith(`curl -i -X PUT '${api}/items/edited'`), curl);
    });

    it("offers a line for a client, and no sending again, of what came by a WebSocket", async () => {
      const url = "ws://127.0.0.1:1";
      await page.route("**/api/requests/*", async (route) => {
        const response = await route.fetch();
        const detail = (await response.json()) as { address: object; request: object };
        const address = { ...detail.address, type: "WEBSOCKET", url };
        await route.fulfill({
          response,
          json: { ...detail, address, request: { ...detail.request, stage: "dev" } },
        });
      });
      try {
        await page
          .getByRole("link", { name: /GET \/items / })
          .first()
          .click();
        const detail = page.getByRole("article", { name: "Chosen request" });
        await detail.getByRole("button", { name: "Copy as wscat" }).click();
        await detail.getByText("Copied").waitFor();
        const line = String(await page.evaluate("navigator.clipboard.readText()"));
        assert.ok(line.startsWith(`npx wscat -c '${url}/dev'`), line);
        assert.equal(await detail.getByRole("button", { name: /send/i }).count(), 0);
      } finally {
        await page.unroute("**/api/requests/*");
      }
    });

    it("lists a call to MongoDB with collection and documents", async () => {
      // As `tests/local/start/start.test.ts` has it of a run with a MongoDB.
      const call: KeptCall = {
        time: Date.now(),
        milliseconds: 1.5,
        store: "MongoDB",
        operation: "insert",
        on: "garden.notes",
        status: 200,
        session: "garden-dev-notes",
        decisions: [],
        sent: 1,
        items: 1,
      };
      await page.route("**/api/requests/*", async (route) => {
        const response = await route.fetch();
        const detail = (await response.json()) as { calls: KeptCall[] };
        await route.fulfill({ response, json: { ...detail, calls: [call] } });
      });
      try {
        await page
          .getByRole("link", { name: /PUT \/items\/plain/ })
          .first()
          .click();
        const detail = page.getByRole("article", { name: "Chosen request" });
        await waitForText(detail, /MongoDB\s+insert\s+garden\.notes\s+✓ ok\s+1 in, 1 changed\s+[\d.]+ m?s/);
      } finally {
        await page.unroute("**/api/requests/*");
      }
    });

    it("takes what functions and callers send for text and nothing else", async () => {
      await page
        .getByRole("link", { name: /PUT \/items\/%3Cimg/ })
        .first()
        .click();
      const detail = page.getByRole("article", { name: "Chosen request" });
      await detail.getByText("<svg onload=alert(3)>").waitFor();
      for (const summary of await detail.locator("summary").all()) await summary.click();
      await detail.getByText("<script>alert(2)</script>").waitFor();
      await detail.getByText("<i>told</i>").waitFor();
      assert.equal(await detail.locator("svg, img, script, i, b").count(), 0);
    });

    it("finds a request by words", async () => {
      await page.getByPlaceholder(/^Filter/).fill("get 500");
      const rows = page.getByRole("region", { name: "Requests and events" }).getByRole("link");
      await rows.filter({ hasText: /PUT/ }).first().waitFor({ state: "detached" });
      const failed = (await look.run.ask<{ rows: Summary[] }>("/api/requests")).rows.filter(
        ({ kind, status }) => kind === "request" && status === 500,
      );
      await waitForText(rows.last(), /500[\s\S]*\/items/);
      assert.equal(await rows.count(), failed.length);
      await page.getByPlaceholder(/^Filter/).fill("no such thing");
      await page.getByText(/Nothing of the last/).waitFor();
      await page.getByPlaceholder(/^Filter/).fill("");
    });

    it("is accessible in light and dark, narrow and wide, as a list and with one chosen", async () => {
      const first = (shown: Page) => shown.getByRole("link", { name: /GET \/items / }).first();
      const list = async (shown: Page) => {
        await shown.getByRole("link", { name: "Requests", exact: true }).click();
        // Each row is made of the same.
        await shown.getByPlaceholder(/^Filter/).fill("get");
        await first(shown).waitFor();
      };
      assert.deepEqual(await broken(page, list, 21), []);
      const chosen = await broken(page, async (shown) => {
        await first(shown).click();
        await shown.getByText("Refused: dynamodb:Scan").waitFor();
      });
      assert.deepEqual(chosen, []);
    });

    it("are answered to a script as the OpenAPI file says, of all that came in and of all functions", async () => {
      const { wrong, held } = await misfits(look.run);
      assert.deepEqual(wrong, []);
      assert.ok(held > 6, `${held} answers`);
    });
  });
}
