import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { isMongodb, Messages, readCommand, readReply } = createRequire(import.meta.url)(
  "../../../local/workers/runtime/mongodb-messages.cjs",
) as typeof import("../../../local/workers/runtime/mongodb-messages.cjs");

import { BSON, type Document } from "mongodb";

/** OP_MSG with a body, and a sequence of documents where one is given. */
function message(id: number, to: number, body: Document, documents?: Document[], flags = 0): Buffer {
  const sections = [Buffer.concat([Buffer.of(0), BSON.serialize(body)])];
  if (documents) {
    const sequence = Buffer.concat([
      Buffer.from("documents\0"),
      ...documents.map((one) => BSON.serialize(one)),
    ]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(sequence.length + 4);
    sections.push(Buffer.concat([Buffer.of(1), size, sequence]));
  }
  const head = Buffer.alloc(20);
  const content = Buffer.concat(sections);
  for (const [index, value] of [head.length + content.length, id, to, 2013, flags].entries())
    head.writeInt32LE(value, index * 4);
  return Buffer.concat([head, content]);
}

const everyType = {
  double: 1.5,
  text: "é",
  document: { a: 1 },
  list: [1, 2],
  binary: new BSON.Binary(Buffer.from("b")),
  id: new BSON.ObjectId(),
  flag: true,
  date: new Date(0),
  nothing: null,
  pattern: /a.b/i,
  code: new BSON.Code("x", { y: 1 }),
  plainCode: new BSON.Code("x"),
  whole: 1,
  time: new BSON.Timestamp({ t: 1, i: 2 }),
  long: BSON.Long.fromNumber(2 ** 40),
  decimal: BSON.Decimal128.fromString("1.1"),
  least: new BSON.MinKey(),
  most: new BSON.MaxKey(),
};

describe("messages of MongoDB", () => {
  const command = (body: Document, documents?: Document[]) =>
    readCommand(message(7, 0, body, documents), true);
  const reply = (body: Document) => readReply(message(8, 7, body), true);

  it("name command, collection and how many documents they bring, past values of every type", () => {
    assert.deepEqual(command({ find: "plants", filter: everyType, ...everyType, $db: "garden" }), {
      id: 7,
      operation: "find",
      isAnswered: true,
      on: "garden.plants",
    });
    const inserted = command({ insert: "plants", ordered: true, $db: "garden" }, [everyType, {}, {}]);
    assert.equal(inserted?.sent, 3);
    assert.equal(command({ update: "plants", updates: [{}, {}], $db: "garden" })?.sent, 2);
    const more = command({ getMore: BSON.Long.fromNumber(2 ** 40), collection: "plants", $db: "garden" });
    assert.equal(more?.on, "garden.plants");
    assert.equal(command({ ping: 1, $db: "admin" })?.on, "admin");
    for (const own of ["hello", "ismaster", "saslStart", "endSessions"])
      assert.equal(command({ [own]: 1, $db: "admin" }), undefined);
  });

  it("tell of an answer how many documents it brings or has changed, and its error", () => {
    assert.deepEqual(reply({ cursor: { firstBatch: [everyType, {}], id: 0, ns: "a.b" }, ok: 1 }), {
      to: 7,
      items: 2,
    });
    assert.deepEqual(reply({ cursor: { nextBatch: [], id: 0 }, ok: 1.0 }), { to: 7, items: 0 });
    assert.deepEqual(reply({ ...everyType, n: 5, nModified: 4, ok: 1 }), { to: 7, items: 5 });
    assert.deepEqual(reply({ values: [1, 2, 3], ok: 1 }), { to: 7, items: 3 });
    assert.deepEqual(reply({ value: null, ok: 1 }), { to: 7, items: 0 });
    assert.deepEqual(reply({ ok: 0, errmsg: "secret", code: 13, codeName: "Unauthorized" }), {
      to: 7,
      error: "Unauthorized",
    });
    assert.deepEqual(reply({ ok: 0, code: 13 }), { to: 7, error: "error 13" });
    assert.deepEqual(reply({ n: 0, writeErrors: [{ index: 0, code: 11_000, errmsg: "secret" }], ok: 1 }), {
      to: 7,
      items: 0,
      error: "DuplicateKey",
    });
  });

  it("are told apart however the bytes come, and only their beginning is kept where they are long", () => {
    const long = message(2, 0, {
      insert: "plants",
      documents: [{ text: "x".repeat(400_000) }],
      $db: "garden",
    });
    const bytes = Buffer.concat([
      message(1, 0, { find: "plants", $db: "garden" }),
      long,
      message(3, 0, { ping: 1, $db: "a" }),
    ]);
    for (const size of [1, 7, 16, 65_536, bytes.length]) {
      const seen: unknown[] = [];
      const messages = new Messages((one, isWhole) =>
        seen.push([readCommand(one, isWhole)?.operation, isWhole]),
      );
      for (let at = 0; at < bytes.length; at += size) messages.add(bytes.subarray(at, at + size));
      const isWhole = size === bytes.length;
      assert.deepEqual(
        seen,
        [
          ["find", true],
          ["insert", isWhole],
          ["ping", true],
        ],
        `${size} bytes at once`,
      );
    }
  });

  it("are known by the first one of a connection", () => {
    assert.ok(isMongodb(message(1, 0, { hello: 1 })));
    for (const other of ["GET / HTTP/1.1\r\nhost: a\r\n\r\n", "", "short"])
      assert.ok(!isMongodb(Buffer.from(other)));
    assert.ok(!isMongodb("GET / HTTP/1.1\r\n"));
    assert.throws(
      () => new Messages(() => {}).add(Buffer.from("GET / HTTP/1.1\r\n")),
      /no message of MongoDB/,
    );
  });
});
