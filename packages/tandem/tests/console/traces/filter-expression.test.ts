import assert from "node:assert/strict";
import { readFilter } from "../../../console/traces/filter-expression.ts";
import { serviceMap } from "../../../console/traces/service-map.ts";
import { calledBy, document, id, read, request } from "./support.ts";

const error = { errorType: "TypeError", errorMessage: "no" };
/** API → function, which fails, → table, MongoDB and another service that answers with a segment of its own. */
const trace = read((store) => {
  store.request(request({ status: 502, milliseconds: 2_500 }));
  store.invocation(calledBy(id("5e"), { result: { requestId: "request", status: "error", error } }));
  const call = (change: object) =>
    store.document(
      document({ parent_id: id("3c"), type: "subsegment", start_time: 1.04, end_time: 1.05, ...change }),
    );
  call({ id: id("c1"), name: "DynamoDB", namespace: "aws", aws: { table_name: "motors-table" } });
  call({
    id: id("c2"),
    name: "MongoDB",
    namespace: "remote",
    error: true,
    annotations: { User: "Ann", tries: 3, last: false },
  });
  call({ id: id("c3"), name: "depot.example", namespace: "remote", end_time: 1.09 });
  store.document(
    document({ id: id("d1"), parent_id: id("c3"), name: "depot", throttle: true, end_time: 1.08 }),
  );
});

describe("readFilter", () => {
  const fits: [expression: string, does: boolean][] = [
    ["", true],
    ["  ", true],
    ["fault", true],
    ["fault = true", true],
    ["fault = false", false],
    ["!fault", false],
    ["NOT fault AND error", false],
    ["ok", false],
    ["ok = true OR throttle = true", true],
    ["error = true and partial = false", true],
    ["responsetime > 2", true],
    ["responsetime >= 2.5", true],
    ["responsetime < 2.5", false],
    ["duration <= 2", false],
    ["http.status = 502", true],
    ["http.status != 502", false],
    ['http.method = "get"', true],
    ['http.url CONTAINS "/live/motors"', true],
    ['http.url ENDSWITH "motors"', true],
    ['http.url BEGINSWITH "https://"', false],
    ['annotation.User = "ann"', true],
    ['annotation.user = "ann"', false],
    ["annotation.tries > 2", true],
    ['annotation[tries] = 3 AND annotation["last"] = false', true],
    ["annotation.User", true],
    ["annotation.nobody", false],
    ['service("motors")', true],
    ['service("motors") { fault = true }', true],
    ['service("motors-table") { fault = true }', false],
    ['service("MongoDB") { error }', true],
    ['service("DynamoDB")', true],
    ['service("nobody")', false],
    ["service() { throttle }", true],
    ['edge("garage/live", "motors") { fault }', true],
    ['edge("motors", "motors-table") { responsetime < 1 }', true],
    ['edge("motors-table", "motors")', false],
    ['edge("Client", "garage/live")', true],
    [`id("${trace.id}")`, true],
    ['id("1-5-6")', false],
    ['(fault OR ok) AND !(service("nobody") OR responsetime < 1)', true],
    ["ok OR fault AND error", true],
    ["(ok OR fault) AND ok", false],
  ];
  for (const [expression, does] of fits) {
    it(`${does ? "lets through" : "keeps back"} by ${expression.trim() || "nothing"}`, () => {
      assert.equal(readFilter(expression)(trace), does);
    });
  }

  it("refuses what it does not understand, with what it understands", () => {
    const refused: [expression: string, why: RegExp][] = [
      ["true = true", /does not know true: it knows ok, error, fault/],
      ["rootcause.fault.service", /does not know rootcause\.fault\.service/],
      ["fault =", /ends where a value has to be/],
      ["fault = maybe", /has maybe where a number, true, false or a "text" has to be/],
      ["fault AND", /ends where a condition has to be/],
      ["(fault", /has its end where \) has to be/],
      ["fault error", /has error where AND, OR or its end has to be/],
      ["service(motors)", /has motors where a "text" has to be/],
      ['service("motors") { fault', /has its end where \} has to be/],
      ['edge("one")', /edge takes two names/],
      ["fault & error", /not understood from here on: & error/],
      ['http.url = "open', /not understood from here on: "open/],
      ["!".repeat(500), /nested too deep/],
      ["(".repeat(500), /nested too deep/],
    ];
    for (const [expression, why] of refused)
      assert.throws(() => readFilter(expression), { message: why }, expression);
  });
});

describe("serviceMap", () => {
  it("has a box for each service and an arrow for each way, with how often, how fast and what fails", () => {
    const map = serviceMap([trace], trace.start + 120_000);
    assert.deepEqual(
      map.nodes.map(({ type, name, count, faults, errors, throttles }) => [
        type,
        name,
        count,
        faults,
        errors,
        throttles,
      ]),
      [
        ["client", "Client", 1, 1, 0, 0],
        ["AWS::ApiGateway::Stage", "garage/live", 1, 1, 0, 0],
        ["AWS::Lambda::Function", "motors", 1, 1, 0, 0],
        ["AWS::DynamoDB::Table", "motors-table", 1, 0, 0, 0],
        ["remote", "MongoDB", 1, 0, 1, 0],
        ["service", "depot", 1, 0, 0, 1],
      ],
    );
    const name = (key: string) => map.nodes.find((node) => node.key === key)?.name;
    assert.deepEqual(
      map.edges.map(({ from, to, count, averageMs }) => [name(from), name(to), count, Math.round(averageMs)]),
      [
        ["Client", "garage/live", 1, 2_500],
        ["garage/live", "motors", 1, 2_500],
        ["motors", "motors-table", 1, 10],
        ["motors", "MongoDB", 1, 10],
        ["motors", "depot", 1, 50],
      ],
    );
    assert.equal(map.minutes, 2);
  });

  it("adds up many traces, and is empty of none", () => {
    const map = serviceMap([trace, trace, trace], trace.start);
    const table = map.nodes.find(({ name }) => name === "motors-table");
    assert.deepEqual([table?.count, Math.round(table?.averageMs ?? 0), map.minutes], [3, 10, 1]);
    assert.deepEqual(serviceMap([], 0), { nodes: [], edges: [], traces: 0, minutes: 1 });
  });
});
