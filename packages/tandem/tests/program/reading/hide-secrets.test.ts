import assert from "node:assert/strict";
import { hideSecretsOf } from "../../../program/reading/hide-secrets.ts";
import type { Value, Values } from "../../../program/recording.ts";
import { recordedProgram, recordedResource } from "../../support/recordings.ts";

const secret = (value: Value): Value => ({ $: "secret", value });

function hide(inputs: Values, text: string): string {
  const queue = recordedResource({ type: "aws:sqs/queue:Queue", name: "jobs", inputs });
  return hideSecretsOf(recordedProgram([queue]))(text);
}

describe("a sentence about a program", () => {
  it("is as it was, where nothing is secret", () => {
    assert.equal(hide({ name: "a-password" }, 'Queue "a-password"'), 'Queue "a-password"');
  });

  it("has a secret in its stead, also escaped, encoded and within a word", () => {
    const inputs = { tags: { key: secret('p"ss/word') } };
    for (const form of [
      'p"ss/word',
      'p\\"ss/word',
      "p%22ss%2Fword",
      Buffer.from('p"ss/word').toString("base64"),
    ])
      assert.equal(hide(inputs, `At x${form}y: no.`), "At x[secret]y: no.");
  });

  it("quotes no part of a secret document", () => {
    const inputs = { policy: secret(JSON.stringify({ Resource: "a-password/*", Action: "s3:GetObject" })) };
    assert.equal(hide(inputs, '"a-password/*" is neither'), '"[secret]" is neither');
    assert.equal(hide(inputs, "a-password/* is neither"), "[secret] is neither");
    assert.equal(hide(inputs, 'no JSON: ..."a-password"...'), 'no JSON: ..."[secret]"...');
    assert.equal(hide(inputs, "may not s3:GetObject"), "may not s3:GetObject");
  });

  it("names no key of a secret document, save the words of its format", () => {
    const inputs = { eventPattern: secret('{"detail-type":[{"a-passw0rd":1}]}') };
    const message = "Unrecognized match type a-passw0rd in detail-type";
    assert.equal(hide(inputs, message), "Unrecognized match type [secret] in detail-type");
  });

  it("quotes nothing of a secret that is no valid JSON", () => {
    const inputs = { policy: secret('{ "Resource": a-password }') };
    let message = "";
    try {
      JSON.parse('{ "Resource": a-password }');
    } catch (error) {
      message = (error as Error).message;
    }
    assert.match(message, /a-passw/);
    assert.doesNotMatch(hide(inputs, message), /a-passw/);
  });

  it("keeps names that the program says elsewhere without a mark", () => {
    const inputs = { name: "orders-table", document: secret('{"table":"orders-table","key":"a-password"}') };
    assert.equal(hide(inputs, '"orders-table" a-password'), '"orders-table" [secret]');
  });
});
