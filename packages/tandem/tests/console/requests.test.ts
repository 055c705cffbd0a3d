import assert from "node:assert/strict";
import { request } from "node:http";
import type { Browser, Page } from "playwright-core";
import { Api } from "../../console/api.ts";
import { Recorder } from "../../console/recorder.ts";
import type { LocalRun } from "../../local/run.ts";
import { openPage, startBrowser } from "./browser.ts";
import { misfits } from "./described-answers.ts";
import { broken, LookedAt, waitForText } from "./support.ts";

/** As a browser or a script would send it: fetch does not let a Host or an Origin be chosen. */
function ask(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string; cookie: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          cookie: response.headers["set-cookie"]?.[0] ?? "",
        }),
      );
    });
    sent.on("error", reject).end();
  });
}

describe("console", () => {
  let run: LookedAt;
  let api: string;
  let link: string;
  let origin: string;
  let token: string;

  before(async () => {
    run = await LookedAt.start();
    ({ api, link, origin, token } = run);
    await fetch(`${api}/items/plain`, { method: "PUT", body: "poison" });
    await fetch(`${api}/items`);
    await fetch(`${api}/items/%3Cimg%20src=x%20onerror=alert(1)%3E`, {
      method: "PUT",
      headers: { "x-evil": "<script>alert(2)</script>", authorization: "Bearer secret-of-a-caller" },
      body: "<svg onload=alert(3)>",
    });
  });

  after(() => run.end());

  describe("as others meet it", () => {
    it("gives nothing without the token of this run, or with another", async () => {
      const others: Record<string, string>[] = [
        {},
        { authorization: "Bearer wrong" },
        { cookie: "tandem_1=wrong" },
      ];
      for (const headers of others) {
        for (const path of ["/", "/console.js", "/api/requests", "/api/live"]) {
          const { status, body } = await ask(origin + path, headers);
          assert.equal(status, 401, path);
          assert.match(body, /needs the token of this run/);
        }
      }
      assert.equal((await ask(`${origin}/?token=wrong`, {})).status, 401);
    });

    it("takes the link of the Ready line once and a cookie that scripts and other sites cannot use", async () => {
      const { status, cookie } = await ask(link, {});
      assert.equal(status, 303);
      assert.match(cookie, /^tandem_\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
      const [pair = ""] = cookie.split(";");
      assert.equal((await ask(`${origin}/api/requests`, { cookie: pair })).status, 200);
    });

    it("refuses a foreign name, a foreign page and whatever another site sends", async () => {
      const { port } = new URL(origin);
      const known = { authorization: `Bearer ${token}` };
      const others: Record<string, string>[] = [
        { host: `evil.example:${port}` },
        { host: `127.0.0.1.evil.example:${port}` },
        { origin: "http://evil.example" },
        { origin: "http://localhost:1" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ];
      for (const foreign of others) {
        const { status } = await ask(`${origin}/api/requests`, { ...known, ...foreign });
        assert.equal(status, 403, JSON.stringify(foreign));
      }
      assert.equal((await ask(`${origin}/api/requests`, { ...known, origin })).status, 200);
    });

    it("allows its page no script but its own file, and nothing that makes HTML of text", async () => {
      const response = await fetch(`${origin}/`, { headers: { authorization: `Bearer ${token}` } });
      const policy = response.headers.get("content-security-policy") ?? "";
      for (const rule of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"])
        assert.ok(policy.includes(rule), rule);
      assert.doesNotMatch(policy, /unsafe|\*/);
      const html = await response.text();
      assert.doesNotMatch(html, /<script(?![^>]* src=)|<style| on\w+=/);
    });

    it("answers to every path that its OpenAPI file names, and to no other", async () => {
      const headers = { authorization: `Bearer ${token}` };
      const { paths } = (await (await fetch(`${origin}/api/openapi.json`, { headers })).json()) as {
        paths: Record<string, object>;
      };
      const named = Object.entries(paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      // What it answers to is said before it looks at the run.
      const { paths: answered } = new Api({} as LocalRun, new Recorder());
      assert.deepEqual(named.sort(), [...answered, "GET /api/live"].sort());
      assert.equal((await fetch(`${origin}/api/nothing`, { headers })).status, 404);
    });

    it("shows neither the program's secrets nor a caller's", async () => {
      const headers = { authorization: `Bearer ${token}` };
      const { functions } = (await (await fetch(`${origin}/api/functions`, { headers })).json()) as {
        functions: { name: string; logicalName: string }[];
      };
      const put = functions.find(({ logicalName }) => logicalName === "put");
      const text = await (await fetch(`${origin}/api/functions/${put?.name}`, { headers })).text();
      assert.match(text, /"DATABASE","value":"••••••"|user:••••••@here/);
      assert.doesNotMatch(text, /correct-horse-battery|not-a-secret-value/);
      const { rows } = (await (await fetch(`${origin}/api/requests`, { headers })).json()) as {
        rows: { id: number }[];
      };
      for (const { id } of rows) {
        const detail = await (await fetch(`${origin}/api/requests/${id}`, { headers })).text();
        assert.doesNotMatch(detail, /secret-of-a-caller/);
      }
    });
  });

  describe("in a browser", () => {
    let browser: Browser | undefined;
    let page: Page;
    let complaints: string[];

    before(async function () {
      browser = await startBrowser();
      if (!browser) return this.skip();
      ({ page, complaints } = await openPage(browser, link));
    });

    after(() => browser?.close());
    afterEach(() => assert.deepEqual(complaints.splice(0), []));

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
      await waitForText(rows, /500[\s\S]*\/items/);
      assert.equal(await rows.count(), 1);
      await page.getByPlaceholder(/^Filter/).fill("no such thing");
      await page.getByText(/Nothing of the last/).waitFor();
      await page.getByPlaceholder(/^Filter/).fill("");
    });

    it("is accessible in light and dark, narrow and wide, as a list and with one chosen", async () => {
      const first = (shown: Page) => shown.getByRole("link", { name: /GET \/items / }).first();
      const list = async (shown: Page) => {
        await shown.getByRole("link", { name: "Requests", exact: true }).click();
        await first(shown).waitFor();
      };
      assert.deepEqual(await broken(page, list, 21), []);
      const chosen = await broken(page, async (shown) => {
        await first(shown).click();
        await shown.getByText("Refused: dynamodb:Scan").waitFor();
      });
      assert.deepEqual(chosen, []);
    });
  });

  it("answers a script as its OpenAPI file says, of all that came in", async () => {
    const { wrong, held } = await misfits(run);
    assert.deepEqual(wrong, []);
    assert.ok(held > 6, `${held} answers`);
  });
});
