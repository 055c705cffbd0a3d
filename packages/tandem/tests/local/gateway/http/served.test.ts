import assert from "node:assert/strict";
import { addressOf } from "../../../../local/gateway/http/served.ts";

describe("the address of what is served", () => {
  it("is one that can be called, also where it listens on every host or by IPv6", () => {
    assert.deepEqual(
      ["127.0.0.1", "0.0.0.0", "::", "::1", "my-machine"].map((host) => addressOf(host, 80)),
      [
        "http://127.0.0.1:80",
        "http://127.0.0.1:80",
        "http://[::1]:80",
        "http://[::1]:80",
        "http://my-machine:80",
      ],
    );
  });
});
