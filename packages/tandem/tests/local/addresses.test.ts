import assert from "node:assert/strict";
import { createAddresses } from "../../local/addresses.ts";

describe("addresses", () => {
  it("replace every occurrence and leave the rest", () => {
    const addresses = createAddresses();
    addresses.replace("https://a.example", "http://127.0.0.1:1");
    assert.equal(
      addresses.apply("x https://a.example/y https://a.example"),
      "x http://127.0.0.1:1/y http://127.0.0.1:1",
    );
    assert.equal(addresses.apply("https://b.example"), "https://b.example");
  });

  it("take the longer address first", () => {
    const addresses = createAddresses();
    addresses.replace("https://a.example", "short");
    addresses.replace("https://a.example/queue", "long");
    assert.equal(addresses.apply("https://a.example/queue"), "long");
  });

  it("apply rules after replacements", () => {
    const addresses = createAddresses();
    addresses.rewrite((value) => value.toUpperCase());
    addresses.replace("a", "b");
    assert.equal(addresses.apply("a"), "B");
  });

  it("give variables as a copy", () => {
    const addresses = createAddresses();
    addresses.variable("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1");
    addresses.variables().OTHER = "x";
    assert.deepEqual(addresses.variables(), { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" });
  });
});
