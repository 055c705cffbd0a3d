import assert from "node:assert/strict";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  type Credentials,
  credentialsOf,
  operatorCredentials,
  type SessionCredentials,
} from "../../../local/iam/credentials.ts";
import { Guard } from "../../../local/iam/guard.ts";
import { rolesOf } from "../../../local/iam/policies.ts";
import type { SignedRequest } from "../../../local/iam/signature.ts";
import { recording, role, roleArn } from "./recordings.ts";

describe("a session's key", () => {
  const guard = new Guard(rolesOf(recording(role("r"), role("other"))));
  let own: SessionCredentials;
  let other: SessionCredentials;
  let keysAlone: Credentials;
  // Not earlier: a run that another test opened has a salt of its own.
  beforeEach(() => {
    own = credentialsOf(roleArn("r"));
    other = credentialsOf(roleArn("other"));
    keysAlone = { accessKeyId: own.accessKeyId, secretAccessKey: own.secretAccessKey };
  });
  const base = {
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    path: "/",
    headers: { host: "localhost" },
  };

  const signer = (credentials: Credentials | SessionCredentials) =>
    new SignatureV4({ service: "sqs", region: "eu-central-1", credentials, sha256: Sha256 });
  const signed = async (credentials: Credentials | SessionCredentials): Promise<SignedRequest> => {
    const { headers } = await signer(credentials).sign({ ...base, body: "{}" });
    return { method: "POST", url: "/", headers, body: Buffer.from("{}") };
  };
  const presigned = async (credentials: Credentials | SessionCredentials): Promise<SignedRequest> => {
    const { query = {} } = await signer(credentials).presign({ ...base, method: "GET" }, { expiresIn: 60 });
    const search = Object.entries(query).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
    );
    return {
      method: "GET",
      url: `/?${search.join("&")}`,
      headers: { host: "localhost" },
      body: Buffer.alloc(0),
    };
  };
  const whoMade = (request: SignedRequest) => {
    const principal = guard.authenticate(request, "sqs");
    return typeof principal === "string" ? principal : (principal.role?.name ?? "operator");
  };

  it("is a credential together with its token, in headers and in a presigned URL", async () => {
    assert.equal(whoMade(await signed(own)), "r");
    assert.equal(whoMade(await presigned(own)), "r");
  });

  it("is none without the token, or with another's", async () => {
    for (const sign of [signed, presigned]) {
      assert.equal(whoMade(await sign(keysAlone)), "unknown key");
      assert.equal(whoMade(await sign({ ...own, sessionToken: other.sessionToken })), "unknown key");
      assert.equal(whoMade(await sign({ ...own, sessionToken: "" })), "unknown key");
    }
  });

  it("names the function whose call it is, also where two run with one role", async () => {
    for (const name of ["first", "second", "first"]) {
      const principal = guard.authenticate(await signed(credentialsOf(roleArn("r"), name)), "sqs");
      assert.ok(typeof principal !== "string");
      const refusal = guard.refusal(principal, [
        { action: "sqs:SendMessage", resource: "arn:aws:sqs:::q", context: {} },
      ]);
      assert.match(
        refusal?.message ?? "",
        new RegExp(`^User: arn:aws:sts::\\d*:assumed-role/r/${name} is not`),
      );
    }
    const own = credentialsOf(roleArn("r"), "first");
    const proof = Buffer.from(own.sessionToken, "base64").subarray(0, 64);
    const renamed = Buffer.concat([proof, Buffer.from("second")]).toString("base64");
    assert.equal(whoMade(await signed({ ...own, sessionToken: renamed })), "unknown key");
  });

  it("is no credential with a token that was put in after signing", async () => {
    const request = await presigned(keysAlone);
    const url = `${request.url}&X-Amz-Security-Token=${encodeURIComponent(own.sessionToken)}`;
    assert.equal(whoMade({ ...request, url }), "wrong signature");
  });

  it("is a role's alone: the operator's has no token, and takes none", async () => {
    assert.equal(whoMade(await signed(operatorCredentials)), "operator");
    assert.equal(whoMade(await signed({ ...operatorCredentials, sessionToken: "x" })), "unknown key");
  });
});
