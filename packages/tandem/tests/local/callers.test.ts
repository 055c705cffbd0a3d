import assert from "node:assert/strict";
import { hostname } from "node:os";
import { whyForeign } from "../../local/callers.ts";

describe("callers of a local port", () => {
  for (const host of [
    "127.0.0.1:3000",
    "localhost:3000",
    "LOCALHOST",
    "[::1]:3000",
    "192.168.1.7:3000",
    "inbox.localhost:4566",
    "sync-127.0.0.1:3000",
    hostname(),
    `${hostname()}.local:3000`,
    undefined,
  ]) {
    it(`may call it by ${host ?? "no name, as HTTP/1.0 does"}`, () => {
      assert.equal(whyForeign({ host }), undefined);
    });
  }

  for (const host of [
    "evil.example",
    "evil.example:3000",
    "127.0.0.1.evil.example",
    "sync-127.0.0.1.evil.example",
    "sync-evil.example",
    "localhost.evil.example",
    "",
  ]) {
    it(`may not call it by ${JSON.stringify(host)}: a page's own name, made to mean this machine`, () => {
      assert.equal(
        whyForeign({ host }),
        `Host ${JSON.stringify(host)} is no name of this machine: call it by 127.0.0.1, localhost or [::1]`,
      );
    });
  }

  for (const origin of [
    "http://localhost:5173",
    "http://127.0.0.1",
    "https://[::1]:8443",
    "http://app.localhost",
  ]) {
    it(`may be a page of ${origin}`, () => {
      assert.equal(whyForeign({ host: "localhost", origin }), undefined);
    });
  }

  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://192.168.1.7",
    "",
  ]) {
    it(`may not be a page of ${JSON.stringify(origin)} unless the program says so`, () => {
      assert.equal(
        whyForeign({ host: "localhost", origin }),
        `Origin ${JSON.stringify(origin)} is not of this machine`,
      );
      assert.equal(
        whyForeign({ host: "localhost", origin }, (asked) => asked === origin),
        undefined,
      );
    });
  }

  it("remembers nothing of what a program allowed: another one, or the same one reloaded, is asked anew", () => {
    const called = { host: "localhost", origin: "https://app.example" };
    assert.equal(
      whyForeign(called, () => true),
      undefined,
    );
    assert.equal(whyForeign(called), 'Origin "https://app.example" is not of this machine');
  });

  it("judges the same after any number of other callers", () => {
    for (let i = 0; i < 3_000; i++)
      assert.equal(whyForeign({ host: `127.0.0.1:${i}`, origin: `http://localhost:${i}` }), undefined);
    assert.equal(whyForeign({ host: "localhost:1", origin: "http://127.0.0.1:1" }), undefined);
    for (let i = 0; i < 2; i++) {
      assert.match(whyForeign({ host: "evil.example" }) ?? "", /^Host "evil\.example" is no name/);
      assert.match(
        whyForeign({ host: "localhost", origin: "http://evil.example" }) ?? "",
        /^Origin "http:\/\/evil\.example"/,
      );
    }
  });
});
