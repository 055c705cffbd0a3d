import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { ownCall } from "../../local/own-call.ts";
import { createServer } from "../../shared/node-http.ts";

const MODULE = path.resolve(import.meta.dirname, "../../local/own-call.ts");

describe("a request of the tool's own", () => {
  const server = createServer((request, response) => {
    if (request.url === "/silent") return;
    if (request.url === "/half") {
      response.write("half");
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      response.writeHead(request.url === "/refused" ? 403 : 200, {
        "x-asked": `${request.method} ${request.url}`,
      });
      response.end(`${request.headers["content-length"]} ${Buffer.concat(parts)}`);
    });
  });
  let endpoint: URL;

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ignored`);
  });
  after(() => server.close());

  it("sends path and body as they are, and gives the answer whatever its status", async () => {
    const posted = await ownCall(endpoint, { headers: {}, body: "größer" });
    assert.deepEqual([posted.status, posted.ok, posted.text], [200, true, "8 größer"]);
    assert.equal(posted.headers["x-asked"], "POST /");
    const put = await ownCall(endpoint, { method: "PUT", path: "/a%2Fb", headers: {}, body: "" });
    assert.equal(put.headers["x-asked"], "PUT /a%2Fb");
    const refused = await ownCall(endpoint, { path: "/refused", headers: {}, body: "" });
    assert.deepEqual([refused.status, refused.ok], [403, false]);
  });

  it("ends by a signal", async () => {
    const ended = new AbortController();
    const waiting = ownCall(endpoint, { path: "/silent", headers: {}, body: "", signal: ended.signal });
    setImmediate(() => ended.abort());
    await assert.rejects(waiting, { name: "AbortError" });
  });

  it("ends by a signal in the middle of an answer too", async () => {
    const [ended, begun] = [new AbortController(), once(server, "request")];
    const waiting = ownCall(endpoint, { path: "/half", headers: {}, body: "", signal: ended.signal });
    const [, response] = (await begun) as [unknown, ServerResponse];
    const stopped = once(response, "close");
    // By now the caller has read what there is of the answer.
    await ownCall(endpoint, { headers: {}, body: "" });
    ended.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await stopped;
  });

  it("tells where nobody answers", async () => {
    const gone = createServer();
    gone.listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, "close");
    await assert.rejects(ownCall(new URL(`http://127.0.0.1:${port}`), { headers: {}, body: "" }), {
      code: "ECONNREFUSED",
    });
  });

  it("needs no fetch", async () => {
    const script = `
      const { ownCall } = await import(${JSON.stringify(MODULE)});
      const { text } = await ownCall(new URL(${JSON.stringify(endpoint.href)}), { headers: {}, body: "x" });
      console.log(text, process.moduleLoadList.some((name) => name.includes("undici")));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    assert.equal(stdout, "1 x false\n");
  });
});
