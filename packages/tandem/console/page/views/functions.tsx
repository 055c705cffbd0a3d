/** The functions of the program: how they do, what they may, and a test of each with what really calls it. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import type { FunctionDetail, FunctionSummary, InvocationDescribed } from "../types.ts";
import { Code, Copy, Empty, Facts, milliseconds, Pane, Problem, plural, Section } from "../ui.tsx";
import { Invocation } from "./invocation.tsx";

const EVERY_MS = 2_000;

const A_FUNCTION =
  'new aws.lambda.CallbackFunction("hello", { callback: async () => ({ statusCode: 200, body: "Hello" }) });';

export function Functions({ rest: [chosen] }: { rest: string[] }) {
  const { value, error } = useAsk<{ functions: FunctionSummary[] }>("/api/functions", EVERY_MS);
  const isEmpty = value?.functions.length === 0;
  return (
    <div class={`split ${chosen ? "has-chosen" : isEmpty ? "has-nothing" : ""}`}>
      <section class="list" aria-label="Functions">
        <Problem message={error} />
        {isEmpty && (
          <Empty title="The program declares no function" command={A_FUNCTION}>
            Add an aws.lambda.Function to it; it stands here once the program is saved.
          </Empty>
        )}
        <ul class="plain cards">
          {value?.functions.map((one) => (
            <li key={one.name}>
              <Card one={one} isChosen={one.name === chosen} />
            </li>
          ))}
        </ul>
      </section>
      {chosen ? (
        <Chosen key={chosen} name={chosen} />
      ) : (
        <div class="detail no-detail">
          <Empty title="Choose a function">Test it, look at its numbers, variables and permissions.</Empty>
        </div>
      )}
    </div>
  );
}

function Card({ one, isChosen }: { one: FunctionSummary; isChosen: boolean }) {
  const { invocations, errors, average } = one.numbers;
  return (
    <a
      class="card"
      href={`#/functions/${encodeURIComponent(one.name)}`}
      aria-current={isChosen ? "true" : undefined}
    >
      <span class="card-title wrap">{one.logicalName}</span>
      <span class="muted">
        {one.notRunnable ??
          (invocations === 0
            ? "not called yet"
            : `${plural(invocations, "call")}, ${milliseconds(average)} on average`)}
      </span>
      {errors > 0 && <span class="tag bad">{plural(errors, "error")}</span>}
    </a>
  );
}

function Chosen({ name }: { name: string }) {
  const path = `/api/functions/${encodeURIComponent(name)}`;
  const { value, error, again } = useAsk<FunctionDetail>(path, EVERY_MS);
  return (
    <Pane label="Chosen function" list="All functions" href="#/functions">
      <Problem message={error} />
      {value && (
        <>
          <h2 class="wrap">{value.logicalName}</h2>
          <p class="facts">
            <span class="wrap">{value.name}</span>
            <span>{value.runtime}</span>
            <span>{value.memorySize} MB</span>
            <span>{value.timeout} s</span>
            {value.codeBytes !== undefined && <span>{size(value.codeBytes)} of code</span>}
            {value.workers !== undefined && <span>{plural(value.workers, "worker")}</span>}
          </p>
          {value.notRunnable ? (
            <p class="reason">{value.notRunnable}</p>
          ) : (
            <Test path={path} detail={value} changed={again} />
          )}
          <NumbersOf detail={value} />
          <Permissions detail={value} />
          <Variables detail={value} />
        </>
      )}
    </Pane>
  );
}

function Test({ path, detail, changed }: { path: string; detail: FunctionDetail; changed(): void }) {
  /** Until something is typed or chosen, the first sample. */
  const [typed, setEvent] = useState<string>();
  const [name, setName] = useState("");
  const [answer, setAnswer] = useState<InvocationDescribed | undefined>();
  const { act, isBusy, problem, setProblem } = useAct();
  const choices = [
    ...detail.saved.map(({ name: saved, event: of }) => ({ label: `${saved} (saved)`, event: of })),
    ...detail.samples.map(({ name: sample, why, event: of }) => ({ label: `${sample}: ${why}`, event: of })),
  ];
  const [first] = choices;
  const event = typed ?? (first ? JSON.stringify(first.event, undefined, 2) : "");
  /** Any JSON; undefined where it is none, which is said. */
  const read = (): { event: unknown } | undefined => {
    try {
      return { event: JSON.parse(event) };
    } catch (error) {
      setProblem(`The event is no JSON: ${(error as Error).message}`);
      return undefined;
    }
  };
  const run = async (submitted: Event) => {
    submitted.preventDefault();
    const body = read();
    const answered = body && (await act<InvocationDescribed>("POST", `${path}/invoke`, body));
    if (answered) setAnswer(answered);
  };
  const save = async () => {
    const body = read();
    if (!body || !(await act("PUT", `${path}/events/${encodeURIComponent(name)}`, body))) return;
    setName("");
    changed();
  };
  return (
    <Section title="Test">
      <form class="form" onSubmit={(submitted) => void run(submitted)}>
        <label>
          Event to begin with
          <select
            onChange={({ currentTarget }) => {
              const choice = choices[Number(currentTarget.value)];
              if (choice) setEvent(JSON.stringify(choice.event, undefined, 2));
            }}
          >
            {choices.map(({ label }, index) => (
              <option key={label} value={index}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Event
          <textarea
            rows={10}
            spellcheck={false}
            value={event}
            onInput={({ currentTarget }) => setEvent(currentTarget.value)}
          />
        </label>
        <div class="tools">
          <button type="submit" class="primary" disabled={isBusy}>
            Test
          </button>
          <label class="inline">
            <span class="hidden">Name to save the event under</span>
            <input
              placeholder="Name of the event"
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
          <button type="button" disabled={name === "" || isBusy} onClick={() => void save()}>
            Save
          </button>
        </div>
      </form>
      <Problem message={problem} />
      {answer && (
        <div class="result" aria-live="polite">
          <p class="facts">
            <span class={`status ${answer.status === "ok" ? "good" : "bad"}`}>
              <span aria-hidden="true">{answer.status === "ok" ? "✓" : "✕"}</span>{" "}
              {answer.status === "ok" ? "succeeded" : answer.status}
            </span>
            <span>{milliseconds(answer.milliseconds)}</span>
          </p>
          {answer.payload !== undefined && <Code text={answer.payload} label="Answer of the function" />}
          <Invocation invocation={answer} withEvent={false} />
        </div>
      )}
    </Section>
  );
}

function NumbersOf({ detail: { numbers } }: { detail: FunctionDetail }) {
  const success =
    numbers.invocations === 0
      ? "–"
      : `${(((numbers.invocations - numbers.errors) / numbers.invocations) * 100).toFixed(1)} %`;
  const facts = [
    ["Invocations", String(numbers.invocations)],
    ["Errors", String(numbers.errors)],
    ["Success", success],
    ["Throttles", String(numbers.throttles)],
    ["Cold starts", String(numbers.coldStarts)],
    ["Most at once", String(numbers.concurrent)],
    ["Failures not delivered", String(numbers.undelivered)],
    ["Average", milliseconds(numbers.average)],
    ["Minimum", milliseconds(numbers.least)],
    ["Maximum", milliseconds(numbers.most)],
    ["p99", milliseconds(numbers.p99)],
    ...(numbers.iteratorAge === undefined
      ? []
      : [["Iterator age", milliseconds(numbers.iteratorAge)] as const]),
  ] as const;
  return (
    <Section title="Last hour">
      <Facts look="numbers" facts={facts} />
    </Section>
  );
}

/** Least privilege, seen: what the role may do beside what it did. */
function Permissions({ detail }: { detail: FunctionDetail }) {
  return (
    <Section title="Permissions" aside={<span class="count wrap">role {detail.role}</span>}>
      {detail.refused.length > 0 && (
        <ul class="plain decisions">
          {detail.refused.map(({ action, resource, count }) => (
            <li key={`${action} ${resource}`}>
              <span class="bad" aria-hidden="true">
                ✕
              </span>{" "}
              <strong>{action}</strong> on <code class="wrap">{resource}</code>{" "}
              <span class="tag bad">refused {plural(count, "time")}</span>
            </li>
          ))}
        </ul>
      )}
      {detail.permissions.length === 0 && <p class="muted">The role may do nothing.</p>}
      {detail.permissions.map(({ source, effect, actions, resources }, index) => (
        <div class="statement" key={index}>
          <p>
            <strong>{effect}</strong> <span class="muted wrap">by {source}</span>
          </p>
          <ul class="plain actions">
            {actions.map(({ action, used }) => (
              <li key={action} class={used > 0 ? "" : "unused"}>
                {action}{" "}
                <span class="muted">
                  {used > 0 ? `used ${plural(used, "time")}` : "not used in this run"}
                </span>
              </li>
            ))}
          </ul>
          <p class="muted wrap">on {resources.join(", ")}</p>
        </div>
      ))}
    </Section>
  );
}

function Variables({ detail: { variables } }: { detail: FunctionDetail }) {
  if (variables.length === 0) return null;
  return (
    <Section
      title="Variables"
      aside={<Copy text={variables.map(({ name, value }) => `${name}=${value}`).join("\n")} />}
    >
      <Facts look="headers" facts={variables.map(({ name, value }) => [name, value])} />
    </Section>
  );
}

function size(bytes: number): string {
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
