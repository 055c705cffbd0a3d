import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { breakSeal, note, seal } from "../../local/seal.ts";

describe("seal of the stores' files", () => {
  let folder: string;

  const file = (name: string) => path.join(folder, name);
  const write = (name: string, bytes: number) => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), "x".repeat(bytes));
  };

  const database = (name: string) => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    const opened = new DatabaseSync(file(name));
    opened.exec("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)");
    const insert = opened.prepare("INSERT INTO messages (body) VALUES (?)");
    for (let i = 0; i < 4; i++) insert.run("m".repeat(3_000));
    opened.close();
  };
  const overwrite = (name: string, position: number, bytes: Buffer) => {
    const opened = openSync(file(name), "r+");
    writeSync(opened, bytes, 0, bytes.length, position);
    closeSync(opened);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-seal-"));
    write("dynamodb/000005.log", 5_000);
    write("dynamodb/LOG", 100);
    database("fauxqs/fauxqs.db");
    write("mongodb/ferretdb/barns.sqlite-wal", 2_000);
    write("functions/code/a/index.mjs", 10);
    write("run.json", 10);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("is none of a folder that was removed, which does not come back by that", () => {
    const removed = path.join(folder, "removed");
    note(removed);
    assert.equal(existsSync(removed), false);
  });

  it("says nothing of files that are as they were, and of none without a seal", () => {
    assert.deepEqual(breakSeal(folder), []);
    seal(folder);
    assert.deepEqual(breakSeal(folder), []);
  });

  it("says which file was cut, emptied or lost, and how much of it", () => {
    seal(folder);
    truncateSync(file("dynamodb/000005.log"), 2_500);
    truncateSync(file("fauxqs/fauxqs.db"), 0);
    rmSync(file("mongodb/ferretdb/barns.sqlite-wal"));
    const since = "when the last run ended and has";
    assert.deepEqual(breakSeal(folder).sort(), [
      `${file("dynamodb/000005.log")} had 5,000 bytes ${since} 2,500 bytes now: what was in the rest is lost.`,
      `${file("fauxqs/fauxqs.db")} had 24,576 bytes ${since} 0 bytes now: what was in the rest is lost.`,
      `${file("mongodb/ferretdb/barns.sqlite-wal")} is gone since the last run ended: what was in it is lost.`,
    ]);
  });

  it("goes without a note and a seal where the disk is full, and keeps the note before", function () {
    if (!existsSync("/dev/full")) this.skip();
    note(folder);
    const before = readFileSync(file("lengths.json"), "utf8");
    write("dynamodb/000006.log", 1);
    // What is written beside first meets a device that is always full.
    symlinkSync("/dev/full", file(`lengths.json.${process.pid}`));
    note(folder);
    assert.equal(readFileSync(file("lengths.json"), "utf8"), before);
    symlinkSync("/dev/full", file(`seal.json.${process.pid}`));
    seal(folder);
    assert.deepEqual([existsSync(file("seal.json")), existsSync(file("lengths.json"))], [false, false]);
    assert.deepEqual(breakSeal(folder), []);
  });

  it("passes over caches and what a store notes for itself", () => {
    seal(folder);
    rmSync(file("functions"), { recursive: true });
    rmSync(file("dynamodb/LOG"));
    rmSync(file("run.json"));
    assert.deepEqual(breakSeal(folder), []);
  });

  it("is broken once: what a killed run leaves is compared with nothing", () => {
    seal(folder);
    assert.deepEqual(breakSeal(folder), []);
    truncateSync(file("dynamodb/000005.log"), 1);
    assert.deepEqual(breakSeal(folder), []);
  });

  it("says of a run that was killed which file is shorter than it was noted, and which is gone", () => {
    write("dynamodb/CURRENT", 16);
    write("dynamodb/000004.ldb", 100);
    write("kinesis/records/000003.log", 700);
    note(folder);
    write("dynamodb/000005.log", 9_000);
    assert.deepEqual(breakSeal(folder), []);
    note(folder);
    truncateSync(file("dynamodb/000005.log"), 5_000);
    truncateSync(file("fauxqs/fauxqs.db"), 0);
    truncateSync(file("mongodb/ferretdb/barns.sqlite-wal"), 0);
    rmSync(file("dynamodb/CURRENT"));
    truncateSync(file("kinesis/records/000003.log"), 7);
    const since = "before the last run was killed and has";
    assert.deepEqual(breakSeal(folder).sort(), [
      `${file("dynamodb/000005.log")} had 9,000 bytes ${since} 5,000 bytes now: what was in the rest is lost.`,
      `${file("dynamodb/CURRENT")} is gone since the last run was killed: what was in it is lost.`,
      `${file("fauxqs/fauxqs.db")} had 24,576 bytes ${since} 0 bytes now: what was in the rest is lost.`,
      `${file("kinesis/records/000003.log")} had 700 bytes ${since} 7 bytes now: what was in the rest is lost.`,
      `${file("mongodb/ferretdb/barns.sqlite-wal")} had 2,000 bytes ${since} 0 bytes now: what was in the rest is lost.`,
    ]);
  });

  const page = Buffer.alloc(4_096, 0xa7);

  it("says which file has other bytes of the same length, and of SQLite's what SQLite says", () => {
    seal(folder);
    overwrite("dynamodb/000005.log", 100, Buffer.from("other"));
    overwrite("fauxqs/fauxqs.db", 3 * 4_096, page);
    const since = "has other bytes than when the last run ended";
    assert.deepEqual(breakSeal(folder).sort(), [
      `${file("dynamodb/000005.log")} ${since}: somebody else has written to it.`,
      `${file("fauxqs/fauxqs.db")} ${since}: Tree 2 page 4: btreeInitPage() returns error code 11.`,
    ]);
  });

  it("reads the seal of an earlier version, which had lengths alone", () => {
    writeFileSync(file("seal.json"), JSON.stringify({ "run.json": 10, "dynamodb/000005.log": 5_001 }));
    assert.match(breakSeal(folder).join(), /000005\.log had 5,001 bytes .* and has 5,000 bytes now/);
  });

  it("says of a run that was killed which page of a database is damaged", () => {
    database("mongodb/ferretdb/barns.sqlite");
    note(folder);
    overwrite("fauxqs/fauxqs.db", 3 * 4_096, page);
    overwrite("mongodb/ferretdb/barns.sqlite", 0, page);
    const since = "is damaged since the last run was killed";
    assert.deepEqual(breakSeal(folder).sort(), [
      `${file("fauxqs/fauxqs.db")} ${since}: Tree 2 page 4: btreeInitPage() returns error code 11.`,
      `${file("mongodb/ferretdb/barns.sqlite")} ${since}: file is not a database.`,
    ]);
  });

  it("says nothing of what a store that is killed may itself have made shorter or removed", () => {
    write("dynamodb/000004.ldb", 100);
    write("mongodb/data/WiredTiger.turtle", 1_500);
    note(folder);
    rmSync(file("dynamodb/000004.ldb"));
    rmSync(file("dynamodb/000005.log"));
    truncateSync(file("mongodb/data/WiredTiger.turtle"), 1_490);
    assert.deepEqual(breakSeal(folder), []);
  });

  it("goes before what was noted", () => {
    note(folder);
    seal(folder);
    truncateSync(file("dynamodb/000005.log"), 1);
    assert.equal(breakSeal(folder).length, 1);
  });

  it("tells of a folder that is gone in a few lines", () => {
    for (let i = 0; i < 20; i++) write(`dynamodb/${i}.ldb`, 10);
    seal(folder);
    rmSync(file("dynamodb"), { recursive: true });
    const reported = breakSeal(folder);
    assert.equal(reported.length, 6);
    assert.equal(reported[5], `16 more files in ${folder} are damaged.`);
  });
});
