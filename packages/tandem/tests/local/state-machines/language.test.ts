import assert from "node:assert/strict";
import {
  type Definition,
  mistakesIn,
  readDefinition,
} from "../../../local/state-machines/language/definition.ts";
import {
  Interpreter,
  type StateEvent,
  type TaskCall,
} from "../../../local/state-machines/language/interpreter.ts";
import { put, select } from "../../../local/state-machines/language/paths.ts";
import { StateError } from "../../../local/state-machines/language/state-error.ts";
import { evaluate, fill } from "../../../local/state-machines/language/template.ts";
import { inShortTime } from "../support/short-time.ts";

const scopeOf = (input: unknown) => ({
  input,
  context: { Execution: { Name: "one" } },
  variables: { kept: [1, 2] },
});

describe("paths of Amazon States Language", () => {
  const input = { a: { b: [1, 2, 3] }, "odd name": true, list: [{ n: 1 }, { n: 2 }, {}], none: null };

  for (const [path, expected] of [
    ["$", input],
    ["$.a.b[0]", 1],
    ["$.a.b[-1]", 3],
    ["$['odd name']", true],
    ['$["a"].b', [1, 2, 3]],
    ["$.none", null],
    ["$.list[*].n", [1, 2]],
    ["$.a.b[1:]", [2, 3]],
    ["$.a.b[:-1]", [1, 2]],
    ["$..n", [1, 2]],
    ["$.a.*", [[1, 2, 3]]],
    ["$$.Execution.Name", "one"],
    ["$kept[1]", 2],
  ] as const) {
    it(`${path} leads to ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(select(path, scopeOf(input)), expected);
    });
  }

  it("that lead nowhere fail with States.ParameterPathFailure, and filters are refused by name", () => {
    const failing = (path: string) => {
      try {
        return select(path, scopeOf(input));
      } catch (error) {
        return (error as StateError).error;
      }
    };
    assert.equal(failing("$.missing"), "States.ParameterPathFailure");
    assert.equal(failing("$.a.b[3]"), "States.ParameterPathFailure");
    assert.equal(failing("$unknown"), "States.Runtime");
    assert.throws(() => select("$.list[?(@.n==1)]", scopeOf(input)), /filters are not known/);
  });

  it("end where descents within each other lead to too many places", async () => {
    let deep: object = {};
    for (let depth = 0; depth < 80; depth++) deep = { n: deep };
    await assert.rejects(() => inShortTime(() => select(`$${"..n".repeat(6)}`, scopeOf(deep))), {
      error: "States.Runtime",
      why: "The JSONPath '$..n..n..n..n..n..n' takes longer than 250 ms",
    });
  });

  it("put a value where it stands, or make the place", () => {
    assert.deepEqual(put("$.a.c", { a: { b: 1 } }, 2), { a: { b: 1, c: 2 } });
    assert.deepEqual(put("$.x.y", {}, 2), { x: { y: 2 } });
    assert.deepEqual(put("$.l[1]", { l: [1, 2] }, 9), { l: [1, 9] });
    assert.throws(() => put("$.a.b", { a: 1 }, 2), /ResultPathMatchFailure/);
  });
});

describe("intrinsic functions of Amazon States Language", () => {
  for (const [call, expected] of [
    ["States.Format('{} of {}, \\{\\}', $.name, 2)", "Ann of 2, {}"],
    ["States.Format('it\\'s {}', $.list)", "it's [1,2,2]"],
    ["States.StringToJson('{\"a\": 1}')", { a: 1 }],
    ["States.JsonToString($.list)", "[1,2,2]"],
    ["States.Array(1, 'a', null, true, $.name)", [1, "a", null, true, "Ann"]],
    ["States.ArrayPartition($.list, 2)", [[1, 2], [2]]],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["States.ArrayGetItem($.list, 1)", 2],
    ["States.ArrayLength(States.ArrayUnique($.list))", 2],
    ["States.Base64Decode(States.Base64Encode('ü'))", "ü"],
    ["States.Hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"],
    ["States.JsonMerge($.one, $.other, false)", { a: 1, b: { d: 2 } }],
    ["States.MathAdd(1, -3)", -2],
    ["States.StringSplit('a,b;c', ',;')", ["a", "b", "c"]],
  ] as const) {
    it(call, () => {
      const input = { name: "Ann", list: [1, 2, 2], one: { a: 1, b: { c: 1 } }, other: { b: { d: 2 } } };
      assert.deepEqual(evaluate(call, scopeOf(input)), expected);
    });
  }

  it("stand in templates beside values and paths", () => {
    const template = {
      "x.$": "$.a",
      y: { "id.$": "$$.Execution.Name", z: [1, { "n.$": "States.MathAdd(1, $.a)" }] },
    };
    assert.deepEqual(fill(template, scopeOf({ a: 1 })), { x: 1, y: { id: "one", z: [1, { n: 2 }] } });
  });

  it("that are not known fail with States.IntrinsicFailure", () => {
    for (const call of ["States.Nothing(1)", "States.MathAdd('a', 1)", "States.MathAdd(1, 2"])
      assert.throws(() => evaluate(call, scopeOf({})), /States\.IntrinsicFailure/);
  });
});

describe("a definition of Amazon States Language", () => {
  let waited: number[];
  let events: string[];

  /** @param tasks what each resource answers, by what it is called with */
  async function run(
    states: object,
    input: unknown,
    tasks: Record<string, (given: never, call: TaskCall) => unknown> = {},
    more: object = {},
    signal = new AbortController().signal,
  ) {
    waited = [];
    events = [];
    const definition: Definition | undefined = readDefinition(
      JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more }),
    );
    assert.ok(definition);
    assert.deepEqual(mistakesIn(definition), []);
    let tokens = 0;
    const interpreter = new Interpreter({
      newToken: () => `token ${++tokens}`,
      wait: async (milliseconds) => void waited.push(milliseconds),
      happened: ({ type }: StateEvent) => events.push(type),
      task: async (call) => {
        const task = tasks[call.resource];
        assert.ok(task, `${call.resource} is called`);
        return task(call.arguments as never, call);
      },
    });
    const context = { Execution: { Name: "one", Input: input } };
    return interpreter.run(definition, input, context, signal, 0);
  }
  const task = (more: object = {}) => ({ Type: "Task", Resource: "calls", End: true, ...more });
  const fails =
    (error: string, why = "") =>
    () => {
      throw new StateError(error, why);
    };

  it("goes from state to state, with InputPath, Parameters, ResultSelector, ResultPath and OutputPath", async () => {
    const output = await run(
      {
        Greets: {
          Type: "Pass",
          Parameters: { "who.$": "$.name", fixed: 1 },
          ResultPath: "$.greeted",
          Next: "Asks",
        },
        Asks: {
          Type: "Task",
          Resource: "calls",
          InputPath: "$.greeted",
          ResultSelector: { "answer.$": "$.value", "of.$": "$$.Execution.Name" },
          ResultPath: "$.result",
          OutputPath: "$.result",
          Next: "Ends",
        },
        Ends: { Type: "Succeed" },
      },
      { name: "Ann" },
      {
        calls: (given: { who: string; fixed: number }) => ({
          value: `${given.who} ${given.fixed}`,
          more: true,
        }),
      },
    );
    assert.deepEqual(output, { answer: "Ann 1", of: "one" });
    assert.deepEqual(events, [
      "PassStateEntered",
      "PassStateExited",
      "TaskStateEntered",
      "TaskStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
    ]);
  });

  it("keeps its input where ResultPath is null, and takes none where InputPath is null", async () => {
    const answers = { calls: (given: object) => ({ given }) };
    assert.deepEqual(await run({ A: task({ ResultPath: null }) }, { a: 1 }, answers), { a: 1 });
    assert.deepEqual(await run({ A: task({ InputPath: null }) }, { a: 1 }, answers), { given: {} });
    assert.deepEqual(await run({ A: task({ OutputPath: null }) }, { a: 1 }, answers), {});
  });

  const chosen = async (rule: object, input: unknown) =>
    run(
      {
        Chooses: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
        Yes: { Type: "Pass", Result: true, End: true },
        No: { Type: "Pass", Result: false, End: true },
      },
      input,
    );
  for (const [rule, yes, no] of [
    [{ Variable: "$.a", StringEquals: "x" }, { a: "x" }, { a: 1 }],
    [{ Variable: "$.a", StringMatches: "a*.log" }, { a: "axx.log" }, { a: "axxlog" }],
    [{ Variable: "$.a", StringMatches: "\\*a*\\\\*\\*" }, { a: "*ab\\c*" }, { a: "xab\\c*" }],
    // For an expression of as many stars this would take for ever.
    [
      { Variable: "$.a", StringMatches: "*a*a*a*a*a*a*a*b" },
      { a: `${"a".repeat(5_000)}b` },
      { a: "a".repeat(5_000) },
    ],
    [{ Variable: "$.a", NumericGreaterThanEquals: 2 }, { a: 2 }, { a: 1 }],
    [
      { Variable: "$.a", NumericLessThanPath: "$.b" },
      { a: 1, b: 2 },
      { a: 2, b: 2 },
    ],
    [{ Variable: "$.a", BooleanEquals: false }, { a: false }, { a: null }],
    [
      { Variable: "$.a", TimestampLessThan: "2026-01-01T00:00:00Z" },
      { a: "2025-12-31T23:59:59Z" },
      { a: "x" },
    ],
    [{ Variable: "$.a", IsPresent: true }, { a: null }, {}],
    [{ Variable: "$.a", IsNull: true }, { a: null }, { a: 0 }],
    [{ Variable: "$.a", IsNumeric: true }, { a: 1 }, { a: "1" }],
    [
      {
        And: [
          { Variable: "$.a", IsPresent: true },
          { Variable: "$.a", IsString: true },
        ],
      },
      { a: "" },
      { a: 1 },
    ],
    [
      {
        Or: [
          { Variable: "$.a", NumericEquals: 1 },
          { Variable: "$.a", NumericEquals: 2 },
        ],
      },
      { a: 2 },
      { a: 3 },
    ],
    [{ Not: { Variable: "$.a", IsString: true } }, { a: 1 }, { a: "" }],
  ] as const) {
    it(`chooses by ${JSON.stringify(rule)}`, async () => {
      assert.deepEqual([await chosen(rule, yes), await chosen(rule, no)], [true, false]);
    });
  }

  it("fails where no rule of a Choice matches and it has no Default", async () => {
    const states = {
      A: { Type: "Choice", Choices: [{ Variable: "$.a", IsPresent: true, Next: "B" }] },
      B: { Type: "Succeed" },
    };
    await assert.rejects(run(states, {}), { error: "States.NoChoiceMatched" });
  });

  it("waits for seconds, also named by a path, and until a time", async () => {
    await run(
      { A: { Type: "Wait", Seconds: 5, Next: "B" }, B: { Type: "Wait", SecondsPath: "$.s", End: true } },
      { s: 0.5 },
    );
    assert.deepEqual(waited, [5000, 500]);
    await run({ A: { Type: "Wait", Timestamp: "2001-01-01T00:00:00Z", End: true } }, {});
    assert.deepEqual(waited, [0]);
  });

  it("fails where what it is to wait for is no number of seconds", async () => {
    for (const seconds of [-1, "x", null])
      await assert.rejects(run({ A: { Type: "Wait", SecondsPath: "$.s", End: true } }, { s: seconds }), {
        error: "States.Runtime",
        why: `Seconds is a number from 0 on, not ${JSON.stringify(seconds)}`,
      });
    assert.deepEqual(waited, []);
    await assert.rejects(run({ A: task({ TimeoutSecondsPath: "$.s" }) }, { s: "soon" }), {
      error: "States.Runtime",
      why: 'TimeoutSeconds is a number from 0 on, not "soon"',
    });
  });

  it("lets others go on where states follow each other without end", async () => {
    const stop = new AbortController();
    const pass = (next: string) => ({ Type: "Pass", Next: next });
    setImmediate(() => stop.abort(new Error("stopped")));
    await assert.rejects(run({ A: pass("B"), B: pass("A") }, {}, {}, {}, stop.signal), /stopped/);
  });

  it("hands on 256 KB at most, which Catch takes by name alone", async () => {
    const long = "x".repeat(262_143);
    const exceeds = {
      error: "States.DataLimitExceeded",
      why: /^The state\/task 'A' returned a result with a size/,
    };
    const calls = () => long;
    await assert.rejects(run({ A: task({ ResultPath: null }) }, {}, { calls }), exceeds);
    await assert.rejects(
      run({ A: { Type: "Pass", Parameters: { "a.$": "$" }, End: true } }, long.slice(3)),
      exceeds,
    );
    assert.equal(await run({ A: task() }, {}, { calls: () => long.slice(1) }), long.slice(1));
    const caught = (name: string) =>
      task({
        Catch: [{ ErrorEquals: [name], ResultPath: "$.failed", Next: "B" }],
        End: undefined,
        Next: "B",
      });
    const B = { Type: "Succeed", OutputPath: "$.failed.Error" };
    await assert.rejects(run({ A: caught("States.ALL"), B }, {}, { calls }), exceeds);
    assert.equal(
      await run({ A: caught("States.DataLimitExceeded"), B }, {}, { calls }),
      "States.DataLimitExceeded",
    );
  });

  it("retries with growing pauses, each retrier by its own count, then catches", async () => {
    let calls = 0;
    const output = await run(
      {
        Tries: task({
          Retry: [
            {
              ErrorEquals: ["Busy"],
              IntervalSeconds: 2,
              MaxAttempts: 3,
              BackoffRate: 3,
              MaxDelaySeconds: 10,
            },
            { ErrorEquals: ["States.ALL"], MaxAttempts: 1 },
          ],
          Catch: [
            { ErrorEquals: ["Other"], Next: "Never" },
            { ErrorEquals: ["States.TaskFailed"], ResultPath: "$.error", Next: "Caught" },
          ],
        }),
        Never: { Type: "Fail" },
        Caught: { Type: "Succeed" },
      },
      { a: 1 },
      { calls: () => fails(++calls === 2 ? "Strange" : "Busy", `call ${calls}`)() },
    );
    assert.deepEqual(waited, [2000, 1000, 6000, 10_000]);
    assert.deepEqual(output, { a: 1, error: { Error: "Busy", Cause: "call 5" } });
  });

  it("catches no States.Runtime by States.ALL, and no time-out by States.TaskFailed", async () => {
    const states = (name: string) => ({
      A: task({ Catch: [{ ErrorEquals: [name], Next: "B" }] }),
      B: { Type: "Succeed" },
    });
    await assert.rejects(run(states("States.ALL"), {}, { calls: fails("States.Runtime") }), {
      error: "States.Runtime",
    });
    await assert.rejects(run(states("States.TaskFailed"), {}, { calls: fails("States.Timeout") }), {
      error: "States.Timeout",
    });
    await run(states("States.Timeout"), {}, { calls: fails("States.Timeout") });
  });

  it("fails by Error and Cause, also by paths", async () => {
    await assert.rejects(run({ A: { Type: "Fail", Error: "Bad", Cause: "so it is" } }, {}), {
      error: "Bad",
      why: "so it is",
    });
    const states = { A: { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('it was {}', $.c)" } };
    await assert.rejects(run(states, { e: "E", c: "cold" }), { error: "E", why: "it was cold" });
  });

  it("does branches at once, each with a copy of the input", async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: task({ Parameters: { name, "in.$": "$" } }) },
    });
    const output = await run(
      {
        Both: {
          Type: "Parallel",
          Branches: [branch("one"), branch("two")],
          ResultSelector: { "all.$": "$[*].name" },
          End: true,
        },
      },
      1,
      { calls: (given: object) => given },
    );
    assert.deepEqual(output, { all: ["one", "two"] });
  });

  it("fails with the first branch that does, which Catch may take", async () => {
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
    const states = {
      Both: {
        Type: "Parallel",
        Branches: [branch("ok", { Type: "Pass", End: true }), branch("bad", { Type: "Fail", Error: "Bad" })],
        Catch: [{ ErrorEquals: ["Bad"], ResultPath: "$.e", Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Succeed" },
    };
    assert.deepEqual(await run(states, {}), { e: { Error: "Bad", Cause: "" } });
  });

  it("maps items, with their index, a selector and not more at once than it may", async () => {
    let [now, most] = [0, 0];
    const output = await run(
      {
        Each: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemSelector: { "n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "of.$": "$.name" },
          MaxConcurrency: 2,
          ItemProcessor: { StartAt: "Calls", States: { Calls: task() } },
          End: true,
        },
      },
      { name: "x", items: [7, 8, 9] },
      {
        calls: async (given: object) => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setImmediate(resolve));
          now--;
          return given;
        },
      },
    );
    assert.deepEqual(
      output,
      [7, 8, 9].map((n, at) => ({ n, at, of: "x" })),
    );
    assert.equal(most, 2);
    assert.equal(events.filter((type) => type === "MapIterationSucceeded").length, 3);
  });

  it("gives a task its token, and what it is to be given at most", async () => {
    let call: TaskCall | undefined;
    await run(
      { A: task({ Parameters: { "t.$": "$$.Task.Token" }, TimeoutSeconds: 9, HeartbeatSecondsPath: "$.h" }) },
      { h: 3 },
      {
        calls: (given: object, called) => {
          call = called;
          return given;
        },
      },
    );
    assert.deepEqual(call?.arguments, { t: call?.token });
    assert.deepEqual([call?.timeoutSeconds, call?.heartbeatSeconds], [9, 3]);
  });

  it("keeps variables by Assign", async () => {
    const states = {
      A: { Type: "Pass", Assign: { "first.$": "$.a", twice: { "n.$": "$.a" } }, Next: "B" },
      B: { Type: "Pass", Parameters: { "of.$": "$first", "in.$": "$twice.n" }, End: true },
    };
    assert.deepEqual(await run(states, { a: 4 }), { of: 4, in: 4 });
  });

  it("has Step Functions' own functions in JSONata", async () => {
    const output = {
      parts: "{% $partition($states.input, 2) %}",
      up: "{% $range(1, 9, 2) %}",
      down: "{% $range(5, 1, -2) %}",
      hash: "{% $hash('a', 'SHA-1') %}",
      parsed: "{% $parse('{\"a\": 1}').a %}",
    };
    const states = { A: { Type: "Pass", Output: output, End: true } };
    assert.deepEqual(await run(states, [1, 2, 3], {}, { QueryLanguage: "JSONata" }), {
      parts: [[1, 2], [3]],
      up: [1, 3, 5, 7, 9],
      down: [5, 3, 1],
      hash: "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
      parsed: 1,
    });
  });

  it("is evaluated by JSONata where it says so", async () => {
    const output = await run(
      {
        Asks: {
          Type: "Task",
          Resource: "calls",
          Arguments: { doubled: "{% $states.input.items.($ * 2) %}", fixed: "x" },
          Assign: { total: "{% $sum($states.result.doubled) %}" },
          Output: { answer: "{% $states.result %}", name: "{% $states.context.Execution.Name %}" },
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          Next: "Chooses",
        },
        Chooses: {
          Type: "Choice",
          Choices: [{ Condition: "{% $total > 5 %}", Next: "Each" }],
          Default: "Bad",
        },
        Each: {
          Type: "Map",
          Items: "{% $states.input.answer.doubled %}",
          ItemSelector: { n: "{% $states.context.Map.Item.Value %}" },
          ItemProcessor: {
            StartAt: "P",
            States: { P: { Type: "Pass", Output: "{% $states.input.n + $total %}", End: true } },
          },
          End: true,
        },
        Bad: { Type: "Fail", Error: "{% 'Too ' & 'small' %}" },
      },
      { items: [1, 2] },
      { calls: (given: object) => given },
      { QueryLanguage: "JSONata" },
    );
    assert.deepEqual(output, [8, 10]);
    const endless = {
      A: { Type: "Pass", Output: "{% ($f := function($x) { 1 + $f($x) }; $f(1)) %}", End: true },
    };
    await assert.rejects(run(endless, {}, {}, { QueryLanguage: "JSONata" }), {
      error: "States.QueryEvaluationError",
      why: /Stack overflow/,
    });
    const slow = { A: { Type: "Pass", Output: "{% $match($states.input, /(a+)+b/) %}", End: true } };
    await assert.rejects(
      inShortTime(() => run(slow, "a".repeat(60), {}, { QueryLanguage: "JSONata" })),
      {
        error: "States.QueryEvaluationError",
        why: /the pattern \(a\+\)\+b takes longer than 250 ms/,
      },
    );
    const found = await run(slow, "caab", {}, { QueryLanguage: "JSONata" });
    assert.deepEqual(found, { match: "aab", index: 1, groups: ["aa"] });
    const states = { A: { Type: "Pass", Output: "{% $states.input.missing %}", End: true } };
    await assert.rejects(run(states, {}, {}, { QueryLanguage: "JSONata" }), {
      error: "States.QueryEvaluationError",
    });
  });

  it("with mistakes is told each of them", () => {
    const states = { A: { Type: "Pass", Next: "B" }, C: { Type: "Odd", End: true }, D: { Type: "Pass" } };
    const definition = readDefinition(JSON.stringify({ StartAt: "Z", States: states }));
    assert.ok(definition);
    assert.deepEqual(mistakesIn(definition), [
      "StartAt names Z, which is no state",
      "state A leads to B, which is no state",
      "state C has the type Odd, which is none of Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map",
      "state D has neither Next nor End",
    ]);
  });
});
