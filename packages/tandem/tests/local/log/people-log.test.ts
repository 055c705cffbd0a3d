import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Filter } from "../../../local/log/filter.ts";
import { FilteredLog } from "../../../local/log/filtered-log.ts";
import { PeopleLog } from "../../../local/log/people-log.ts";

const TIME = /^\d\d:\d\d:\d\d\.\d{3} /;
const start = (id: string) => `START RequestId: ${id} Version: 1`;
const end = (id: string) => `END RequestId: ${id}`;
const report = (id: string, more = "") =>
  `REPORT RequestId: ${id}\tDuration: 3.20 ms\tBilled Duration: 4 ms\tMemory Size: 512 MB\tMax Memory Used: 11 MB${more}`;
const json = (id: string, message: string, more: object = {}) =>
  JSON.stringify({
    level: "INFO",
    message,
    timestamp: "2026-11-26T12:00:00.123Z",
    service: "shop",
    cold_start: true,
    function_name: "shop-dev-list",
    function_request_id: id,
    ...more,
  });

describe("the log for people", () => {
  let lines: string[];
  let log: PeopleLog;

  const open = (...words: string[]): void => {
    lines = [];
    const filter = new Filter(words);
    filter.describe(["list", "add"]);
    const nameOf = (name: string) => name.replace(/^shop-dev-/, "");
    log = new PeopleLog({ write: (line) => lines.push(stripVTControlCharacters(line)), filter, nameOf });
  };
  const print = (name: string, ...texts: string[]): void => {
    for (const line of texts) log.line(`shop-dev-${name}`, line);
  };
  const request = (invocation: string, more: object = {}): void =>
    log.request({
      api: "api",
      method: "GET",
      path: "/items",
      status: 200,
      milliseconds: 4.06,
      function: "shop-dev-list",
      requestId: `to-the-caller-of-${invocation}`,
      invocation,
      ...more,
    });
  /** Without the time of day, in which the machine's zone shows. */
  const shown = (): string[] => {
    log.close();
    return lines.map((line) => line.replace(TIME, ""));
  };
  const isShown = (expected: string[]): void => {
    const words = (line: string) => line.trim().split(/ +/).join(" ");
    assert.deepEqual(shown().map(words), expected.map(words));
  };

  beforeEach(() => open());
  afterEach(() => log.close());

  it("shows levels and requests of Lambda's Python runtime, and its errors", () => {
    open("warn");
    const line = (level: string, text: string) => `[${level}]\t2026-11-26T12:00:00.123Z\tr1\t${text}`;
    print("list", start("r1"), line("INFO", "not shown"), line("WARNING", "little left"));
    print("list", "[ERROR] KeyError: 'id'", end("r1"), report("r1"));
    isShown(["list WARN little left", "list ERROR KeyError: 'id'"]);
  });

  it("shows a line an event: time, function, level, message and what varies", () => {
    print("list", start("a"), json("a", "items listed", { count: 3, of: { shelf: "x y" } }), end("a"));
    print("list", report("a", "\tInit Duration: 104.00 ms"));
    request("a");
    log.close();
    for (const line of lines) assert.match(line, TIME);
    isShown([
      'list INFO  items listed  count=3  of={"shelf":"x y"}',
      "list 200  GET /items  4.1 ms, cold start 104.00 ms",
    ]);
  });

  it("keeps requests together that are under way at once, in whatever order their lines come", () => {
    request("b", { path: "/b" });
    print("list", start("a"), json("a", "a1"));
    print("list", start("b"), json("b", "b1"));
    print("list", json("a", "a2"), json("b", "b2"), report("b"));
    request("a", { path: "/a" });
    print("list", report("a"));
    isShown([
      "list INFO  b1",
      "list INFO  b2",
      "list 200  GET /b  4.1 ms",
      "list INFO  a1",
      "list INFO  a2",
      "list 200  GET /a  4.1 ms",
    ]);
  });

  it("shows what a long invocation says before it ends", async () => {
    print("add", start("a"), json("a", "still at it"));
    assert.deepEqual(lines, []);
    while (lines.length === 0) await pause(20);
    print("add", json("a", "and on"));
    assert.equal(lines.length, 2);
    print("add", report("a", "\tStatus: timeout"));
    isShown(["add INFO  still at it", "add INFO  and on", "add failed timeout, 3.20 ms"]);
  });

  it("ends what no request asked for with how long it took", () => {
    print("add", start("a"), end("a"), report("a"));
    isShown(["add done  3.20 ms"]);
  });

  it("shows a request that came to no function, and why", () => {
    log.request({
      api: "api",
      method: "GET",
      path: "/x",
      status: 404,
      milliseconds: 1,
      reason: "no route matches",
    });
    isShown(["- 404  GET /x  1.0 ms (no route matches)"]);
  });

  it("leaves metrics out", () => {
    const metrics = { _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: "shop" }] }, Count: 1 };
    print("list", start("a"), JSON.stringify(metrics), report("a"));
    isShown(["list done  3.20 ms"]);
  });

  it("reads Lambda's text and JSON formats, pino's levels, and what is no format at all", () => {
    print("list", start("a"), "2026-11-26T12:00:00.123Z\ta\tWARN\tlow on items", "  and a second line");
    print(
      "list",
      JSON.stringify({
        timestamp: "2026-11-26T12:00:00.123Z",
        level: "INFO",
        requestId: "a",
        message: { n: 1 },
      }),
    );
    print(
      "list",
      JSON.stringify({ level: 50, time: 1790000000000, pid: 3, hostname: "h", msg: "from pino", item: 1 }),
    );
    print("list", "{not json", report("a"));
    isShown([
      "list WARN  low on items",
      "list  and a second line",
      "list INFO  n=1",
      "list ERROR  from pino  item=1",
      "list  {not json",
      "list done  3.20 ms",
    ]);
  });

  it("shows an error with its places and what caused it, however it was logged", () => {
    const uncaught = {
      errorType: "TypeError",
      errorMessage: "x is no list",
      stack: ["TypeError: x", "    at handler (functions/list.ts:8:5)"],
    };
    print(
      "list",
      start("a"),
      `2026-11-26T12:00:00.123Z\ta\tERROR\tInvoke Error \t${JSON.stringify(uncaught)}`,
    );
    const cause = {
      name: "RangeError",
      message: "too far",
      stack: "RangeError: too far\n    at far (a.ts:1:1)",
    };
    const error = { name: "Error", message: "failed", stack: "Error: failed\n    at near (b.ts:2:2)", cause };
    print("list", json("a", "it failed", { level: "ERROR", error }));
    isShown([
      "list ERROR  Invoke Error  TypeError: x is no list",
      "at handler (functions/list.ts:8:5)",
      "list ERROR  it failed  Error: failed",
      "at near (b.ts:2:2)",
      "caused by RangeError: too far",
      "at far (a.ts:1:1)",
    ]);
  });

  const some = (): void => {
    print("list", start("a"), json("a", "listed"), json("a", "odd", { level: "WARN" }), report("a"));
    request("a");
    print("add", start("b"), json("b", "added"), report("b"));
  };

  it("filters by function", () => {
    open("add");
    some();
    isShown(["add INFO  added", "add done  3.20 ms"]);
  });

  it("filters by level, and what is above", () => {
    open("warn");
    some();
    isShown(["list WARN  odd"]);
  });

  it("filters by the beginning of a request's id, the invocation's or the one that the caller was told", () => {
    for (const id of ["a", "to-the-caller-of-a"]) {
      open(id);
      some();
      isShown(["list INFO  listed", "list WARN  odd", "list 200  GET /items  4.1 ms"]);
    }
  });

  it("wants one of each kind that is given", () => {
    open("list", "add", "WARN");
    some();
    isShown(["list WARN  odd"]);
  });

  it("lets everything through that is of no function", () => {
    open("add");
    log.other("DynamoDB is back.");
    assert.deepEqual(lines, ["DynamoDB is back."]);
  });

  it("says how the words of a filter are understood", () => {
    assert.equal(new Filter([]).describe(["list"]), undefined);
    assert.equal(
      new Filter(["list", "error", "1b2c"]).describe(["list"]),
      "The log shows only: function list; level ERROR and above; request 1b2c.",
    );
  });

  it("filters a log as Lambda writes it line by line, each as it was", () => {
    const raw: string[] = [];
    const filter = new Filter(["list", "warn"]);
    filter.describe(["list", "add"]);
    const filtered = new FilteredLog({ write: (line) => raw.push(line), filter, nameOf: (name) => name });
    const odd = json("a", "odd", { level: "WARN" });
    for (const line of [start("a"), json("a", "listed"), odd, report("a")]) filtered.line("list", line);
    filtered.line("add", json("b", "odd", { level: "ERROR" }));
    const base = { api: "api", method: "GET", path: "/", milliseconds: 1 };
    filtered.request({ ...base, status: 200, function: "list" });
    filtered.request({ ...base, status: 500, function: "list" });
    assert.deepEqual(raw.map(stripVTControlCharacters), [odd, "GET / 500 1.0 ms list"]);
  });
});
