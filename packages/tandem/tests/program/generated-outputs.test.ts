import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { outputs } from "./made-up.ts";

class Generated extends pulumi.CustomResource {}

/** As the SDKs of these providers declare it: what a provider answers is among the inputs, without a value. */
function made(type: string, inputs: pulumi.Inputs, answers: string[]) {
  const unknown = Object.fromEntries(answers.map((name) => [name, undefined]));
  return outputs("made", () => new Generated(type, "made", { ...inputs, ...unknown }));
}

describe("what random and tls generate", () => {
  it("has the length that is asked for, and is the same at every recording", async () => {
    const password = () => made("random:index/randomPassword:RandomPassword", { length: 70 }, ["result"]);
    const { result } = await password();
    assert.match(String(result), /^.{70}$/);
    assert.equal((await password()).result, result);
    const text = await made("random:index/randomString:RandomString", { length: 5 }, ["result"]);
    assert.match(String(text.result), /^.{5}$/);
  });

  it("has its encodings", async () => {
    const { hex, dec, b64Url } = await made(
      "random:index/randomId:RandomId",
      { byteLength: 4, prefix: "p-" },
      ["hex", "dec", "b64Url"],
    );
    assert.match(String(hex), /^p-[0-9a-f]{8}$/);
    assert.equal(dec, `p-${Number.parseInt(String(hex).slice(2), 16)}`);
    assert.equal(Buffer.from(String(b64Url).slice(2), "base64url").toString("hex"), String(hex).slice(2));
  });

  it("is within what it is chosen from", async () => {
    const { result } = await made("random:index/randomInteger:RandomInteger", { min: 3, max: 9 }, ["result"]);
    assert.equal(result, 3);
    const shuffle = { inputs: ["a", "b", "c"], resultCount: 2 };
    const { results } = await made("random:index/randomShuffle:RandomShuffle", shuffle, ["results"]);
    assert.deepEqual(results, ["a", "b"]);
  });

  it("can be read while the program runs, as a key that is hashed", async () => {
    const key = await made("tls:index/privateKey:PrivateKey", { algorithm: "ED25519" }, ["publicKeyOpenssh"]);
    assert.match(String(key.publicKeyOpenssh), /^ssh-ed25519 \S{64}\n$/);
    const { certPem } = await made("tls:index/selfSignedCert:SelfSignedCert", {}, ["certPem"]);
    assert.match(String(certPem), /^-----BEGIN CERTIFICATE-----\n/);
  });
});
