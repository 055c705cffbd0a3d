import assert from "node:assert/strict";
import fc from "fast-check";
import { readRecords } from "../../../functions/movies/record-stream.ts";

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function recordsOf(text: string, size = 7): Promise<string[]> {
  const records: string[] = [];
  for await (const record of readRecords(chunksOf(text, size))) records.push(record);
  return records;
}

describe("readRecords", () => {
  it("finds the records of any array, wherever the chunks end", async () => {
    const json = fc.array(fc.jsonValue(), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 20 }),
        async (values, indent, size) => {
          const records = await recordsOf(JSON.stringify(values, null, indent), size);
          assert.deepEqual(
            records.map((record) => JSON.parse(record)),
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
    );
  });

  it("is not misled by brackets, commas and quotes inside texts", async () => {
    const values = ["],[", '\\"', "{", { "a,]": '"' }];
    assert.deepEqual(
      (await recordsOf(JSON.stringify(values), 1)).map((record) => JSON.parse(record)),
      values,
    );
  });

  it("gives an empty record for a comma too many, for its reader to reject", async () => {
    assert.deepEqual(await recordsOf("[1,,2,]"), ["1", "", "2", ""]);
    assert.deepEqual(await recordsOf(" [ ] \n"), []);
  });

  it("refuses a file that is no array, ends too early or goes on after it", async () => {
    const refusals = {
      "": /ends before/,
      "{}": /must hold a JSON array/,
      "[{}": /ends before/,
      '["a]': /ends before/,
      "[1] 2": /follows/,
    };
    for (const [text, message] of Object.entries(refusals)) {
      await assert.rejects(recordsOf(text), { name: "MalformedFile", message }, text);
    }
  });

  it("gives the records before the place where a file breaks off", async () => {
    const records: string[] = [];
    const read = async () => {
      for await (const record of readRecords(chunksOf("[1,2,3", 2))) records.push(record);
    };
    await assert.rejects(read, { name: "MalformedFile" });
    assert.deepEqual(records, ["1", "2"]);
  });

  it("does not take a record without end into memory", async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('["');
      for (;;) {
        taken++;
        yield Buffer.alloc(64 * 1024, "x");
      }
    }
    await assert.rejects(
      async () => {
        for await (const record of readRecords(endless())) assert.fail(record);
      },
      { name: "MalformedFile", message: /longer than 262144 characters/ },
    );
    assert.ok(taken < 10);
  });
});
