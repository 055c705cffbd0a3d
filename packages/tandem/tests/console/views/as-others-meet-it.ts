import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { Api } from "../../../console/api.ts";
import { Recorder } from "../../../console/recorder.ts";
import type { LocalRun } from "../../../local/run.ts";
import type { Started } from "../support.ts";

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

export function asOthersMeetIt(started: Started): void {
  describe("console: as others meet it", () => {
    let link: string;
    let origin: string;
    let token: string;

    before(() => {
      ({ link, origin, token } = started.run);
    });

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

    it("listens where the next start is to find it", () => {
      const kept = JSON.parse(
        readFileSync(path.join(started.run.project.path, ".local/dev/ports.json"), "utf8"),
      );
      assert.equal(kept.Console, Number(new URL(origin).port));
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
      assert.ok(rows.length > 0);
      for (const { id } of rows) {
        const detail = await (await fetch(`${origin}/api/requests/${id}`, { headers })).text();
        assert.doesNotMatch(detail, /secret-of-a-caller/);
      }
    });
  });
}
