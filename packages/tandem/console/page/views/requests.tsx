/** What came in and what it set off, newest first, with all that is known of the one that is chosen. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import { clear, useLive } from "../live.ts";
import type {
  Answered,
  Detail,
  InvocationDescribed,
  KeptCall,
  LogLine,
  Remedy,
  RoutesSummary,
  Summary,
} from "../types.ts";
import {
  Code,
  Copy,
  clock,
  Empty,
  Facts,
  KINDS,
  milliseconds,
  Problem,
  plural,
  readHeaders,
  Section,
  Status,
} from "../ui.tsx";
import { curlOf, type Edited, editedOf, wscatOf } from "./sent-again.ts";

const ROW_PX = 44;
/** Rows above and below what is seen, so that scrolling meets no gap. */
const SPARE_ROWS = 10;

export function Requests({ rest: [chosen] }: { rest: string[] }) {
  const { rows, counts, state } = useLive();
  const [search, setSearch] = useState("");
  const [held, setHeld] = useState<Summary[] | undefined>();
  const shown = held ?? rows;
  const found = useMemo(() => filtered(shown, search), [shown, search]);
  return (
    <div class={`split ${chosen ? "has-chosen" : rows.length === 0 ? "has-nothing" : ""}`}>
      <section class="list" aria-label="Requests and events">
        <div class="tools">
          <label class="grow">
            <span class="hidden">Filter by method, path, status or function</span>
            <input
              type="search"
              placeholder="Filter: path, method, status, function"
              value={search}
              onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          </label>
          <button
            type="button"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held ? undefined : rows)}
          >
            {held ? "Go on" : "Hold"}
          </button>
          <button type="button" onClick={() => void clear()}>
            Clear
          </button>
        </div>
        <p class="count">
          {counts && (
            <>
              {plural(counts.requests, "request")}, {plural(counts.events, "event")}
              {counts.leftOut > 0 &&
                `; ${counts.leftOut.toLocaleString("en-US")} of them only counted: over 100 a second`}
            </>
          )}
        </p>
        {found.length > 0 ? (
          <Rows rows={found} chosen={chosen} />
        ) : search ? (
          <Empty title={`Nothing of the last ${plural(rows.length, "row")} fits “${search}”`} />
        ) : (
          <NoRequest url={state?.url} />
        )}
      </section>
      {chosen ? (
        <Chosen key={chosen} id={chosen} />
      ) : (
        <div class="detail no-detail">
          <Empty title="Choose a request">
            Its answer, log, calls to stores and the decision on each permission are shown here.
          </Empty>
        </div>
      )}
    </div>
  );
}

/** With a line that is answered: a route that asks for nothing, where there is one. */
function NoRequest({ url }: { url: string | undefined }) {
  const { value } = useAsk<RoutesSummary>("/api/routes");
  const open = value?.routes.find(
    ({ api, method, path, authorization }) =>
      api === value.routes[0]?.api && method === "GET" && authorization === undefined && !path.includes("{"),
  );
  return (
    <Empty title="No request yet" command={url && value ? `curl -i ${url}${open?.path ?? "/"}` : undefined}>
      Send one to your API, or test a function in its view; it stands here at once.
    </Empty>
  );
}

function filtered(rows: Summary[], search: string): Summary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text =
      `${row.method} ${row.title} ${row.status} ${row.function ?? ""} ${row.reason ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Only those that are seen are drawn: a thousand rows at ten changes a second would be work for the browser. */
function Rows({ rows, chosen }: { rows: Summary[]; chosen: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    // Tab goes to every row, the arrows too.
    const move = (event: KeyboardEvent) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const links = [...element.querySelectorAll<HTMLAnchorElement>("a.row")];
      links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]?.focus();
    };
    element.addEventListener("keydown", move);
    return () => {
      observer.disconnect();
      element.removeEventListener("keydown", move);
    };
  }, []);
  const first = Math.max(0, Math.floor(top / ROW_PX) - SPARE_ROWS);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + SPARE_ROWS);
  return (
    <div class="rows" ref={box} onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}>
      <ul style={{ height: `${rows.length * ROW_PX}px` }}>
        {rows.slice(first, last).map((row, index) => (
          <li key={row.id} style={{ transform: `translateY(${(first + index) * ROW_PX}px)` }}>
            <Row row={row} isChosen={String(row.id) === chosen} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ row, isChosen }: { row: Summary; isChosen: boolean }) {
  return (
    <a class="row" href={`#/requests/${row.id}`} aria-current={isChosen ? "true" : undefined}>
      <Status status={row.status} />
      <span class={`method ${row.kind}`}>{row.method}</span>
      <span class="title" title={row.title}>
        {row.title}
      </span>
      <span class="marks">
        {row.refusals > 0 && <span class="tag bad">{plural(row.refusals, "refusal")}</span>}
        {row.isCold && <span class="tag">cold</span>}
      </span>
      <span class="ms">{milliseconds(row.milliseconds)}</span>
      <span class="time">{clock(row.time)}</span>
    </a>
  );
}

function Chosen({ id }: { id: string }) {
  const { value: detail, error } = useAsk<Detail>(`/api/requests/${encodeURIComponent(id)}`);
  const [isEdited, setIsEdited] = useState(false);
  const { act, isBusy, problem, setProblem } = useAct();
  const again = async (sent: Edited) => {
    const body = { ...sent, again: Number(id) };
    const answered = await act<Answered & { id?: number }>("POST", "/api/send", body);
    if (!answered) return;
    if (answered.id === undefined)
      setProblem(`Answered ${answered.status}; it is not in the list: too many requests a second.`);
    else location.hash = `#/requests/${answered.id}`;
  };
  return (
    <article class="detail" aria-label="Chosen request">
      <a class="back" href="#/requests">
        ← All requests
      </a>
      <Problem message={error} />
      {detail && (
        <>
          <h2>
            <span class={`method ${detail.kind}`}>{detail.method}</span>{" "}
            <span class="wrap">{detail.title}</span>
          </h2>
          <p class="facts">
            <Status status={detail.status} /> <span>{milliseconds(detail.milliseconds)}</span>
            {detail.function && (
              <a class="wrap" href={`#/functions/${encodeURIComponent(detail.function)}`}>
                {detail.function}
              </a>
            )}
            <span>{detail.isCold ? "cold start" : detail.function ? "warm" : ""}</span>
            <span>{clock(detail.time)}</span>
            {detail.address && (
              <span>
                {KINDS[detail.address.type]} {detail.address.name}
              </span>
            )}
            {detail.followed && <a href={`#/traces/${detail.followed}`}>Trace</a>}
          </p>
          {detail.reason && <p class="reason">{detail.reason}</p>}
          {detail.causedBy && (
            <p class="facts">
              Caused by{" "}
              <a href={`#/requests/${detail.causedBy.id}`}>
                {detail.causedBy.method} {detail.causedBy.title}
              </a>
            </p>
          )}
          {detail.address?.type === "WEBSOCKET" && (
            <div class="tools">
              <Copy text={wscatOf(detail)}>Copy as wscat</Copy>
            </div>
          )}
          {detail.request && detail.address?.type !== "WEBSOCKET" && (
            <div class="tools">
              <button
                type="button"
                class="primary"
                disabled={isBusy}
                onClick={() => void again(editedOf(detail))}
              >
                Send again
              </button>
              <button type="button" aria-expanded={isEdited} onClick={() => setIsEdited(!isEdited)}>
                Edit and send
              </button>
              <CurlCopy detail={detail} />
            </div>
          )}
          <Problem message={problem} />
          {isEdited && <Editor start={editedOf(detail)} send={again} isSending={isBusy} />}
          <Decisions calls={detail.calls} remedies={detail.remedies} />
          {detail.answer && (
            <Section title="Answer">
              <Body body={detail.answer.body} label="Body of the answer" />
              <Headers headers={detail.answer.headers} />
            </Section>
          )}
          {detail.invocations.map((invocation) => (
            <Invocation
              key={invocation.requestId}
              invocation={invocation}
              withEvent={detail.kind === "event"}
            />
          ))}
          <Calls calls={detail.calls} unlisted={detail.unlisted} />
          {detail.request && (
            <Section title="Request">
              <Body body={detail.request.body} label="Body of the request" />
              <Headers headers={detail.request.headers} />
            </Section>
          )}
          {detail.caused.length > 0 && (
            <Section title="What it set off">
              <ul class="plain">
                {detail.caused.map((row) => (
                  <li key={row.id}>
                    <Row row={row} isChosen={false} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </article>
  );
}

function Editor({
  start,
  send,
  isSending,
}: {
  start: Edited;
  send(edited: Edited): void;
  isSending: boolean;
}) {
  const [method, setMethod] = useState(start.method);
  const [target, setTarget] = useState(start.target);
  const [headers, setHeaders] = useState(start.headers.map((pair) => pair.join(": ")).join("\n"));
  const [body, setBody] = useState(start.body);
  const submit = (event: Event) => {
    event.preventDefault();
    send({ method, target, headers: readHeaders(headers), body });
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="pair">
        <label>
          Method
          <select value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value)}>
            {["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label class="grow">
          Path and query
          <input value={target} onInput={({ currentTarget }) => setTarget(currentTarget.value)} />
        </label>
      </div>
      <label>
        Headers, one a line
        <textarea rows={4} value={headers} onInput={({ currentTarget }) => setHeaders(currentTarget.value)} />
      </label>
      <label>
        Body
        <textarea rows={8} value={body} onInput={({ currentTarget }) => setBody(currentTarget.value)} />
      </label>
      <div class="tools">
        <button type="submit" class="primary" disabled={isSending}>
          Send
        </button>
      </div>
    </form>
  );
}

function CurlCopy({ detail }: { detail: Detail }) {
  const { state } = useLive();
  return <Copy text={curlOf(detail, detail.address?.url ?? state?.url ?? "")}>Copy as curl</Copy>;
}

const STATEMENT = /\{ "Effect".*\}$/;

/** Each decision on a permission; what was refused stands first, with what would allow it. */
function Decisions({ calls, remedies }: { calls: KeptCall[]; remedies: Remedy[] }) {
  const decisions = calls.flatMap((call) => call.decisions);
  if (decisions.length === 0) return null;
  const refused = decisions.filter(({ refusal }) => refusal);
  const allowed = decisions.filter(({ refusal }) => !refusal);
  return (
    <Section
      title="Permissions"
      aside={
        <span class="count">
          {refused.length} refused, {allowed.length} allowed
        </span>
      }
    >
      {refused.map(({ action, resource, refusal }, index) => {
        const statement = STATEMENT.exec(refusal?.hint ?? "")?.[0];
        return (
          <div class="refusal" key={index}>
            <p>
              <strong>
                <span aria-hidden="true">✕</span> Refused: {action}
              </strong>{" "}
              on <code class="wrap">{resource}</code>
            </p>
            <p class="wrap">{refusal?.message}</p>
            <Where remedy={remedies[index]} />
            <p class="wrap">{statement ? refusal?.hint.replace(statement, "").trim() : refusal?.hint}</p>
            {statement && (
              <>
                <Code text={statement} label="Statement that would allow it" />
                <div class="tools">
                  <Copy text={JSON.stringify(JSON.parse(statement), undefined, 2)}>Copy the statement</Copy>
                </div>
              </>
            )}
          </div>
        );
      })}
      {allowed.length > 0 && (
        <details open={refused.length === 0}>
          <summary>{plural(allowed.length, "call")} allowed</summary>
          <ul class="plain decisions">
            {allowed.map(({ action, resource, by }, index) => (
              <li key={index}>
                <span class="good" aria-hidden="true">
                  ✓
                </span>{" "}
                <strong>{action}</strong> on <code class="wrap">{resource}</code>
                {by && (
                  <span class="muted wrap">
                    {" "}
                    by {by.source}: {by.actions.join(", ")}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

/** Where in the program the permission would be given. */
function Where({ remedy }: { remedy: Remedy | undefined }) {
  if (!remedy?.function) return null;
  const { function: called, store, link } = remedy;
  return (
    <>
      <p class="wrap">
        {called.name} is declared at <code class="where">{called.at}</code>
        {store && (
          <>
            , {store.name} at <code class="where">{store.at}</code>
          </>
        )}
        .
      </p>
      {link && (
        <p class="wrap">
          The link <code>{link.text}</code> would give it: {link.of.name} has it at{" "}
          <code class="where">{link.of.at}</code>.
        </p>
      )}
    </>
  );
}

function Body({
  body: { text, isBinary, isCut },
  label,
}: {
  body: NonNullable<Detail["answer"]>["body"];
  label: string;
}) {
  if (text === "") return <p class="muted">No body.</p>;
  return (
    <>
      {isBinary && <p class="muted">Binary, as base64.</p>}
      <Code text={text} label={label} />
      {isCut && <p class="muted">Only the first 64 KiB are kept.</p>}
    </>
  );
}

function Headers({ headers }: { headers: [string, string][] }) {
  return (
    <details>
      <summary>{plural(headers.length, "header")}</summary>
      <Facts look="headers" facts={headers} />
    </details>
  );
}

export function Invocation({
  invocation,
  withEvent,
}: {
  invocation: InvocationDescribed;
  withEvent: boolean;
}) {
  const { report, lines, error } = invocation;
  return (
    <>
      {error && (
        <Section title="Error">
          <p class="reason wrap">
            {error.errorType}: {error.errorMessage}
          </p>
          {error.trace && <Code text={error.trace.join("\n")} label="Stack of the error" />}
        </Section>
      )}
      <Section title="Log">
        <ol class="log">
          {lines.map((line, index) => (
            <Line key={index} line={line} />
          ))}
        </ol>
        {report && (
          <Facts
            look="report"
            facts={[
              ["Duration", `${report.duration} ms`],
              ["Billed", `${report.billed} ms`],
              ["Memory", `${report.memoryUsed} of ${report.memorySize} MB`],
              ...(report.init === undefined ? [] : [["Init", `${report.init} ms`] as const]),
            ]}
          />
        )}
      </Section>
      {withEvent && (
        <Section title="Event" aside={<Copy text={invocation.event} />}>
          <Code text={invocation.event} label="Event" />
        </Section>
      )}
    </>
  );
}

function Line({ line }: { line: LogLine }) {
  const level = line.level?.toUpperCase() ?? "";
  const kind = /ERROR|FATAL|CRITICAL/.test(level) ? "bad" : level.startsWith("WARN") ? "warn" : line.kind;
  return (
    <li class={`line ${kind}`}>
      {level && <span class="level">{level}</span>}
      <span class="message">{line.message}</span>
      {line.where && <span class="where">{line.where}</span>}
      {line.fields && (
        <details>
          <summary>{plural(Object.keys(line.fields).length, "field")}</summary>
          <Code text={JSON.stringify(line.fields)} label="Fields of the line" />
        </details>
      )}
    </li>
  );
}

function Calls({ calls, unlisted }: { calls: KeptCall[]; unlisted: string | undefined }) {
  if (calls.length === 0 && unlisted === undefined) return null;
  return (
    <Section title="Calls to stores">
      {unlisted && <p class="muted">{unlisted}</p>}
      {calls.length > 0 && <CallsTable calls={calls} />}
    </Section>
  );
}

/** MongoDB's answers have no number. */
function MongodbOutcome({ error }: { error: string | undefined }) {
  return (
    <span class={`status ${error === undefined ? "good" : "bad"}`}>
      <span aria-hidden="true">{error === undefined ? "✓" : "✕"}</span> {error ?? "ok"}
    </span>
  );
}

/** What of an ARN a person knows it by. */
function nameIn(arn: string | undefined): string {
  return (
    arn
      ?.split(":")
      .slice(5)
      .join(":")
      .replace(/^table\//, "") ?? "–"
  );
}

function itemsOf({ sent, items }: KeptCall): string {
  if (sent !== undefined) return `${sent} in, ${items ?? "?"} changed`;
  return items === undefined ? "–" : String(items);
}

function CallsTable({ calls }: { calls: KeptCall[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Store</th>
            <th scope="col">Call</th>
            <th scope="col">On</th>
            <th scope="col">Answer</th>
            <th scope="col" class="number">
              Items
            </th>
            <th scope="col" class="number">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call, index) => (
            <tr key={index}>
              <td>{call.store}</td>
              <td>{call.operation}</td>
              <td class="wrap">{call.on ?? nameIn(call.decisions[0]?.resource)}</td>
              <td>
                {call.store === "MongoDB" ? (
                  <MongodbOutcome error={call.error} />
                ) : (
                  <Status status={call.status} />
                )}
              </td>
              <td class="number">{itemsOf(call)}</td>
              <td class="number">{milliseconds(call.milliseconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
