import assert from "node:assert/strict";
import fc from "fast-check";
import { type RecordLine, readRecords } from "../../../local/seed/records.ts";

/** The text cut into chunks of `size` bytes, as a stream might deliver it. */
async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(text: string, size = 7): Promise<RecordLine[]> {
  return Array.fromAsync(readRecords(chunks(text, size)));
}

describe("readRecords", () => {
  it("reads the records of a JSON array with the line each begins on", async () => {
    assert.deepEqual(await read('[\n{"a":1},\n\n{"a":\n2}\n]\n'), [
      { line: 2, value: { a: 1 } },
      { line: 4, value: { a: 2 } },
    ]);
  });

  it("reads JSON lines", async () => {
    assert.deepEqual(await read('{"a":1}\n{"a":2}\n'), [
      { line: 1, value: { a: 1 } },
      { line: 2, value: { a: 2 } },
    ]);
  });

  it("leaves braces and quotes inside strings alone", async () => {
    assert.deepEqual(await read('[{"t":"}{\\"\\\\"}]'), [{ line: 1, value: { t: '}{"\\' } }]);
  });

  it("reports a broken record by its line and reads the next", async () => {
    const [broken, next] = await read('[{"a":},\n{"a":2}]');
    assert.equal(broken?.line, 1);
    assert.match((broken as { error: string }).error, /^not JSON: /);
    assert.deepEqual(next, { line: 2, value: { a: 2 } });
  });

  it("reports what stands between records once a line", async () => {
    assert.deepEqual(await read('{"a":1}\nabc\n{"a":2}'), [
      { line: 1, value: { a: 1 } },
      { line: 2, error: 'a record begins with "{", here stands "a"' },
      { line: 3, value: { a: 2 } },
    ]);
  });

  it("reports a file that ends in the middle of a record", async () => {
    assert.deepEqual(await read('[{"a":1},\n{"b"'), [
      { line: 1, value: { a: 1 } },
      { line: 2, error: "the file ends in the middle of this record" },
    ]);
  });

  it("gives back any list of objects, however the stream is cut", async () => {
    const object = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(object),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (list, size, pretty) => {
          const text = JSON.stringify(list, null, pretty ? 2 : 0);
          const values = (await read(text, size)).map((record) =>
            "value" in record ? record.value : record.error,
          );
          assert.deepEqual(values, JSON.parse(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});
