/** What the stores hold: every change goes through the stores' own APIs, as the operator. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { type Loaded, useAsk } from "../api.ts";
import type { DataSummary, QueueSummary, ScheduleSummary } from "../types.ts";
import { Empty, Pane, Problem, plural, Section } from "../ui.tsx";
import { Bucket } from "./bucket.tsx";
import { Queue } from "./queue.tsx";
import { Collection, Table } from "./records.tsx";

const EVERY_MS = 2_000;
const A_TABLE =
  'new aws.dynamodb.Table("items", { attributes: [{ name: "id", type: "S" }], hashKey: "id", billingMode: "PAY_PER_REQUEST" });';

export function Data({ rest }: { rest: string[] }) {
  const asked = useAsk<DataSummary>("/api/data", EVERY_MS);
  const { value, error } = asked;
  const chosen = rest.filter(Boolean).length > 0;
  const isEmpty =
    value &&
    !value.mongodb &&
    [value.tables, value.collections, value.buckets, value.queues, value.schedules].every(
      ({ length }) => length === 0,
    );
  return (
    <div class={`split narrow ${chosen ? "has-chosen" : isEmpty ? "has-nothing" : ""}`}>
      <nav class="list" aria-label="Stores">
        <Problem message={error} />
        {isEmpty && (
          <Empty title="The program declares no store" command={A_TABLE}>
            Declare a table, queue, bucket or cluster in it, and save: it stands here at once.
          </Empty>
        )}
        {value && (
          <>
            <Group
              title="Tables"
              entries={value.tables.map(({ name }) => ({ path: ["table", name], name }))}
              rest={rest}
            />
            <Group
              title="Collections"
              entries={value.collections.map(({ database, name, documents }) => ({
                path: ["collection", database, name],
                name: `${database}.${name}`,
                aside: plural(documents, "document"),
              }))}
              rest={rest}
            />
            {value.mongodb && <p class="muted aside">MongoDB: {value.mongodb}</p>}
            <Group
              title="Buckets"
              entries={value.buckets.map((name) => ({ path: ["bucket", name], name }))}
              rest={rest}
            />
            <Group title="Queues" entries={value.queues.map(queueEntry)} rest={rest} />
            <Group
              title="Schedules"
              entries={value.schedules.map(({ id, name, expression }) => ({
                path: ["schedule", id],
                name,
                aside: expression,
              }))}
              rest={rest}
            />
          </>
        )}
      </nav>
      {chosen ? (
        <Pane label="Chosen store" list="All stores" href="#/data" key={rest.join("/")}>
          <Chosen rest={rest} data={asked} />
        </Pane>
      ) : (
        <div class="detail no-detail">
          <Empty title="Choose a store">
            Look into it, change it, send to it; functions and triggers take notice.
          </Empty>
        </div>
      )}
    </div>
  );
}

interface Entry {
  path: string[];
  name: string;
  aside?: string;
}

function queueEntry({ name, waiting, inFlight, isDeadLettersOf }: QueueSummary): Entry {
  const held = waiting + inFlight;
  const aside = plural(held, isDeadLettersOf.length > 0 ? "dead letter" : "message");
  return { path: ["queue", name], name, aside };
}

function Group({ title, entries, rest }: { title: string; entries: Entry[]; rest: string[] }) {
  if (entries.length === 0) return null;
  return (
    <>
      <h2 class="group">{title}</h2>
      <ul class="plain">
        {entries.map(({ path, name, aside }) => (
          <li key={name}>
            <a
              class="card"
              href={`#/data/${path.map(encodeURIComponent).join("/")}`}
              aria-current={path.every((part, index) => rest[index] === part) ? "true" : undefined}
            >
              <span class="card-title wrap">{name}</span>
              {aside !== undefined && <span class="muted">{aside}</span>}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Chosen({
  rest: [kind, first = "", second = ""],
  data,
}: {
  rest: string[];
  data: Loaded<DataSummary>;
}) {
  const { value, again } = data;
  if (!value) return null;
  const table = value.tables.find(({ name }) => name === first);
  if (kind === "table" && table) return <Table table={table} />;
  if (kind === "collection") return <Collection database={first} name={second} changed={again} />;
  if (kind === "bucket" && value.buckets.includes(first)) return <Bucket name={first} />;
  const queue = value.queues.find(({ name }) => name === first);
  if (kind === "queue" && queue) return <Queue queue={queue} changed={again} />;
  const schedule = value.schedules.find(({ id }) => id === first);
  if (kind === "schedule" && schedule) return <Schedule schedule={schedule} />;
  return (
    <Empty title={`There is no ${kind} ${first}`}>The program may have lost it at the last reload.</Empty>
  );
}

function Schedule({ schedule }: { schedule: ScheduleSummary }) {
  const { act, isBusy, problem } = useAct();
  const [notice, setNotice] = useState("");
  const run = () =>
    act("POST", `/api/schedules/${encodeURIComponent(schedule.id)}/run`, {}).then(
      (answer) => answer && setNotice("Called; it stands among the requests."),
    );
  return (
    <>
      <h2>{schedule.name}</h2>
      <p class="facts">
        <code>{schedule.expression}</code>
        <span>{schedule.timeZone}</span>
        <span>calls {schedule.target}</span>
      </p>
      <div class="tools">
        <button type="button" class="primary" disabled={isBusy} onClick={() => void run()}>
          Run now
        </button>
        <span role="status" class="notice">
          {notice}
        </span>
      </div>
      <Problem message={problem} />
      <Section title="Next times">
        {schedule.next.length === 0 && <p class="muted">None any more.</p>}
        <ul class="plain">
          {schedule.next.map((time) => (
            <li key={time}>{new Date(time).toISOString().replace("T", " ").slice(0, 19)} UTC</li>
          ))}
        </ul>
      </Section>
    </>
  );
}
