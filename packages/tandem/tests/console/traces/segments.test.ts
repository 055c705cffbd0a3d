import assert from "node:assert/strict";
import { Mask } from "../../../console/secrets.ts";
import { TraceStore } from "../../../console/trace-store.ts";
import { type Segment, segmentsOf } from "../../../console/traces/segments.ts";
import { resource } from "../../local/iam/recordings.ts";
import { recordedProgram } from "../../support/recordings.ts";
import { calledBy, document, id, invocation, mask, read, request, TRACE } from "./support.ts";

/** Names with their children, times in milliseconds. */
type Shape = [name: string, start: number, end: number, children: Shape[]];
const shapeOf = ({ name, start, end, children }: Segment): Shape => [
  name,
  Math.round(start),
  Math.round(end),
  children.map(shapeOf),
];

describe("segments of a trace", () => {
  it("are those of API Gateway and Lambda with what the function sent below them, in whatever order it all came", () => {
    const steps: ((store: TraceStore) => void)[] = [
      (store) => store.request(request()),
      (store) => store.invocation(calledBy(id("5e"))),
      (store) =>
        store.document(
          document({
            id: id("c1"),
            parent_id: id("3c"),
            type: "subsegment",
            name: "DynamoDB",
            namespace: "aws",
            start_time: 1.04,
            end_time: 1.06,
          }),
        ),
      (store) =>
        store.document(
          document({
            id: id("c2"),
            parent_id: id("c1"),
            type: "subsegment",
            name: "attempt",
            start_time: 1.05,
            end_time: 1.06,
          }),
        ),
    ];
    const expected: Shape[] = [
      [
        "garage/live",
        990,
        1_110,
        [
          [
            "Lambda",
            990,
            1_110,
            [
              [
                "motors",
                1_000,
                1_100,
                [
                  [
                    "motors",
                    1_030,
                    1_100,
                    [
                      [
                        "Invocation",
                        1_030,
                        1_090,
                        [["DynamoDB", 1_040, 1_060, [["attempt", 1_050, 1_060, []]]]],
                      ],
                      ["Overhead", 1_090, 1_100, []],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    ];
    for (const order of [steps, [...steps].reverse(), [steps[2], steps[0], steps[3], steps[1]]]) {
      const { roots } = read((store) => {
        for (const one of order) one?.(store);
      });
      assert.deepEqual(roots.map(shapeOf), expected);
    }
  });

  it("tell a cold start that the caller waited for, and none that was over before", () => {
    const cold = (init: string) => [`${invocation().lines[0]}\tInit Duration: ${init} ms`];
    const [inside] = read((store) => store.invocation(invocation({ lines: cold("20.00") }))).roots;
    assert.deepEqual(inside?.children.map(shapeOf), [
      [
        "motors",
        1_010,
        1_100,
        [
          ["Initialization", 1_010, 1_030, []],
          ["Invocation", 1_030, 1_090, []],
          ["Overhead", 1_090, 1_100, []],
        ],
      ],
    ]);
    const [before] = read((store) => store.invocation(invocation({ lines: cold("500.00") }))).roots;
    assert.deepEqual(
      before?.children[0]?.children.map(({ name }) => name),
      ["Invocation", "Overhead"],
    );
  });

  it("hold an invocation to its own duration where the run heard of its beginning as late as of its end", () => {
    const cold = [`${invocation().lines[0]}\tInit Duration: 20.00 ms`];
    const { traced } = invocation();
    const late = invocation({ lines: cold, traced: traced && { ...traced, waited: 99 } });
    const [service] = read((store) => store.invocation(late)).roots;
    assert.deepEqual(service?.children.map(shapeOf), [
      [
        "motors",
        1_020,
        1_100,
        [
          ["Initialization", 1_020, 1_040, []],
          ["Invocation", 1_040, 1_100, []],
          ["Overhead", 1_100, 1_100, []],
        ],
      ],
    ]);
  });

  it("tell of a function that failed, of each attempt at an event, and of one that was throttled", () => {
    const error = { errorType: "TypeError", errorMessage: "no <b>motor</b>", trace: ["    at one (a.js:1)"] };
    const failed = invocation({ result: { requestId: "request", status: "error", error } });
    const second = {
      ...failed,
      time: 2_000,
      traced: { ...failed.traced, function: id("6f"), invocation: id("7a") },
    };
    const trace = read((store) => {
      store.invocation(failed);
      store.invocation(second as typeof failed);
    });
    const [service, ...others] = trace.roots;
    assert.deepEqual(others, []);
    assert.equal(trace.fault, true);
    assert.deepEqual(
      service?.children.map(({ name, fault }) => [name, fault]),
      [
        ["Attempt #1", true],
        ["motors", true],
        ["Attempt #2", true],
        ["motors", true],
      ],
    );
    const causes = trace.all.find(({ name }) => name === "Invocation")?.causes;
    assert.deepEqual(causes, [{ type: "TypeError", message: "no <b>motor</b>", stack: ["at one (a.js:1)"] }]);
    const throttled = read((store) =>
      store.invocation(invocation({ result: { requestId: "request", status: "throttled" }, lines: [] })),
    );
    assert.deepEqual(
      throttled.all.map(({ origin, throttle, http }) => [origin, throttle, http?.status]),
      [["AWS::Lambda", true, 429]],
    );
  });

  it("replace what was in progress by what is done, and stand with what they carry inside", () => {
    const inner = { id: id("b"), name: "inner", start_time: 1.2, end_time: 1.5 };
    const goesOn = document({ end_time: undefined, in_progress: true });
    assert.equal(read((store) => store.document(goesOn)).isPartial, true);
    const done = read((store) => {
      store.document(goesOn);
      store.document(document({ subsegments: [inner, "no segment", { name: 5 }, null] }));
      store.document(document({ ...inner, parent_id: id("a"), name: "once more" }));
    });
    assert.equal(done.isPartial, false);
    assert.deepEqual(done.roots.map(shapeOf), [["garage", 1_000, 2_000, [["inner", 1_200, 1_500, []]]]]);
  });

  it("stand by themselves where their parent never came, is below them or too far above", () => {
    const lost = read((store) => store.document(document({ parent_id: id("f") })));
    assert.equal(lost.roots.length, 1);
    const round = read((store) => {
      store.document(document({ id: id("a"), parent_id: id("b") }));
      store.document(document({ id: id("b"), parent_id: id("c") }));
      store.document(document({ id: id("c"), parent_id: id("a") }));
      store.document(document({ id: id("d"), parent_id: id("d") }));
    });
    assert.equal(round.roots.length, 4);
    const chain = read((store) => {
      for (let depth = 0; depth < 1_000; depth++) {
        const own = (at: number) => at.toString(16).padStart(16, "0");
        store.document(document({ id: own(depth), ...(depth > 0 ? { parent_id: own(depth - 1) } : {}) }));
      }
    });
    assert.equal(chain.all.length, 1_000);
    let nested: object = { id: id("e"), name: "deepest", start_time: 1, end_time: 2 };
    for (let depth = 0; depth < 500; depth++)
      nested = { ...nested, id: depth.toString(16).padStart(16, "0"), subsegments: [nested] };
    const deep = read((store) => store.document(document({ subsegments: [nested] })));
    assert.ok(deep.all.length < 100, String(deep.all.length));
  });

  it("take of a document what has the type that it is to have, and mask what the program keeps secret", () => {
    const secret = resource("aws:ssm/parameter:Parameter", "password", {
      value: { $: "secret", value: "correct-horse" },
    });
    const store = new TraceStore();
    store.document(
      document({
        name: "calls correct-horse",
        annotations: { text: "correct-horse", number: 1, flag: true, object: {}, none: null },
        metadata: { default: { list: ["correct-horse", 1], "correct-horse": { deep: "x correct-horse" } } },
        http: { request: { url: "http://x/?key=correct-horse", method: 5 }, response: { status: "200" } },
        cause: {
          exceptions: [{ message: "correct-horse", stack: [{ path: "a.js", line: 1, label: "f" }, 1] }],
        },
        aws: "no object",
        sql: { sanitized_query: "select 'correct-horse'" },
        error: "yes",
        throttle: true,
      }),
    );
    const [kept] = store.newest();
    assert.ok(kept);
    const [segment] = segmentsOf(kept, Mask.of(recordedProgram([secret])));
    assert.doesNotMatch(JSON.stringify(segment), /correct-horse/);
    assert.deepEqual(segment?.annotations, { text: "••••••", number: 1, flag: true });
    assert.deepEqual(segment?.http, { url: "http://x/?key=••••••" });
    assert.deepEqual(segment?.causes, [{ type: "Error", message: "••••••", stack: ["a.js:1 f"] }]);
    assert.deepEqual(
      [segment?.error, segment?.fault, segment?.throttle, segment?.aws],
      [false, false, true, {}],
    );
  });

  it("keep markup that somebody sends as the text it is", () => {
    const { roots } = read((store) => store.document(document({ name: "<script>alert(1)</script>" })));
    assert.equal(roots[0]?.name, "<script>alert(1)</script>");
    assert.equal(read((store) => store.request(request())).id, TRACE);
    assert.ok(mask);
  });
});

describe("TraceStore", () => {
  it("keeps the newest traces, within its bounds, and counts what made room and what a trace has no room for", () => {
    const store = new TraceStore();
    const traceOf = (number: number) => `1-67bf0000-${number.toString(16).padStart(24, "0")}`;
    for (let number = 0; number < 1_500; number++) store.document(document({}, traceOf(number)));
    assert.equal(store.newest().length, 1_000);
    assert.equal(store.newest()[0]?.id, traceOf(1_499));
    assert.deepEqual([store.has(traceOf(499)), store.has(traceOf(500))], [false, true]);
    assert.deepEqual(
      [store.counts.traces, store.counts.documents, store.counts.gone, store.counts.leftOut],
      [1_500, 1_500, 500, 0],
    );
    for (let number = 0; number < 20; number++) {
      const text = "x".repeat(60_000);
      store.document(
        document({ id: number.toString(16).padStart(16, "0"), metadata: { text } }, traceOf(9_999)),
      );
    }
    assert.equal(store.trace(traceOf(9_999))?.documents?.size, 8);
    assert.equal(store.counts.leftOut, 12);
    for (let number = 0; number < 200; number++)
      store.document(document({ metadata: { text: "x".repeat(60_000) } }, traceOf(10_000 + number)));
    const bytes = store.newest().reduce((sum, kept) => sum + kept.bytes, 0);
    assert.ok(bytes <= 8 * 1_048_576 && bytes > 7 * 1_048_576, String(bytes));
    store.clear();
    assert.deepEqual(store.newest(), []);
    store.document(document({}));
    assert.equal(store.newest().length, 1);
  });
});
