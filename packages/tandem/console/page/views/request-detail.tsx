/** All that is known of the request or event that is chosen. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import { useLive } from "../live.ts";
import type { Answered, Detail } from "../types.ts";
import {
  Code,
  Copy,
  clock,
  Facts,
  KINDS,
  milliseconds,
  Pane,
  Problem,
  plural,
  readHeaders,
  Section,
  Status,
} from "../ui.tsx";
import { Calls } from "./calls.tsx";
import { Decisions } from "./decisions.tsx";
import { Invocation } from "./invocation.tsx";
import { Row } from "./request-row.tsx";
import { curlOf, type Edited, editedOf, wscatOf } from "./sent-again.ts";

export function Chosen({ id }: { id: string }) {
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
    <Pane label="Chosen request" list="All requests" href="#/requests">
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
    </Pane>
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
