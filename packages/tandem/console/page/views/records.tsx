/** Items of a table and documents of a collection: found, looked at, changed, added, deleted. */
import { useState } from "preact/hooks";
import { readJson, useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import type { ShownItem, TableSummary } from "../types.ts";
import { Code, Empty, Problem, plural, Section } from "../ui.tsx";

export function Table({ table }: { table: TableSummary }) {
  const path = `/api/tables/${encodeURIComponent(table.name)}/items`;
  const [query, setQuery] = useState<Record<string, string>>({});
  const [draft, setDraft] = useState<Record<string, string>>({});
  const { value, error, again } = useAsk<{ items: ShownItem[]; next?: string }>(
    `${path}?${new URLSearchParams(query)}`,
  );
  const [hash, range] = table.keys;
  const isQuery = Boolean(query.key);
  const submit = (event: Event) => {
    event.preventDefault();
    setQuery(draft);
  };
  const field = (name: "key" | "sort", label: string) => (
    <label class="grow">
      {label}
      <input
        value={draft[name] ?? ""}
        onInput={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
      />
    </label>
  );
  const empty = Object.fromEntries(table.keys.map(({ name, type }) => [name, type === "N" ? 0 : ""]));
  return (
    <>
      <h2>{table.name}</h2>
      <form class="form" onSubmit={submit}>
        <div class="pair wraps">
          {hash && field("key", `${hash.name} (${hash.type})`)}
          {range && field("sort", `${range.name} (${range.type}), may be empty`)}
        </div>
        <div class="tools">
          <button type="submit" class="primary">
            {draft.key ? "Query" : "Scan"}
          </button>
          {isQuery && (
            <button
              type="button"
              onClick={() => {
                setDraft({});
                setQuery({});
              }}
            >
              Show all
            </button>
          )}
        </div>
      </form>
      <Problem message={error} />
      <Add
        what="item"
        start={JSON.stringify(empty, undefined, 2)}
        path={path}
        bodyOf={(item) => ({ value: item, isTyped: false })}
        changed={again}
      />
      {value?.items.length === 0 && (
        <Empty title={isQuery ? "No item has this key" : "The table is empty"}>
          Add an item above, or call a function that does.
        </Empty>
      )}
      {value?.items.map((item) => (
        <Record
          key={JSON.stringify(item.key)}
          title={Object.values(item.key)
            .map((attribute) => String(Object.values(attribute)[0]))
            .join(" / ")}
          note={item.isTyped ? "With DynamoDB's types: it holds some that plain JSON has not." : ""}
          value={item.value}
          path={path}
          bodyOf={(edited) => ({ value: edited, isTyped: item.isTyped })}
          deleted={{ key: item.key }}
          changed={again}
        />
      ))}
      {value?.next && (
        <div class="tools">
          <button type="button" onClick={() => setQuery({ ...query, start: value.next ?? "" })}>
            Next page
          </button>
        </div>
      )}
    </>
  );
}

export function Collection({ database, name, changed }: { database: string; name: string; changed(): void }) {
  const path = `/api/collections/${encodeURIComponent(database)}/${encodeURIComponent(name)}/documents`;
  const [filter, setFilter] = useState("");
  const [draft, setDraft] = useState("");
  const { value, error, again } = useAsk<{ documents: ({ _id: unknown } & object)[] }>(
    `${path}?${new URLSearchParams({ filter })}`,
  );
  const done = () => {
    again();
    changed();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setFilter(draft);
  };
  return (
    <>
      <h2>
        {database}.{name}
      </h2>
      <form class="form" onSubmit={submit}>
        <label>
          Filter, as MongoDB takes it
          <input
            placeholder='{ "title": "Dune" }'
            value={draft}
            onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          />
        </label>
        <div class="tools">
          <button type="submit" class="primary">
            Find
          </button>
        </div>
      </form>
      <Problem message={error} />
      <Add
        what="document"
        start="{}"
        path={path}
        bodyOf={(document) => ({ value: document })}
        changed={done}
      />
      {value && <p class="count">{plural(value.documents.length, "document")}, at most 50 are shown</p>}
      {value?.documents.length === 0 && (
        <Empty title="No document fits">Another filter, or none, finds more.</Empty>
      )}
      {value?.documents.map((document) => (
        <Record
          key={JSON.stringify(document._id)}
          title={idOf(document._id)}
          note=""
          value={document}
          path={path}
          bodyOf={(edited) => ({ value: edited })}
          deleted={{ id: document._id }}
          changed={done}
        />
      ))}
    </>
  );
}

function idOf(id: unknown): string {
  const oid = typeof id === "object" && id !== null ? (id as { $oid?: unknown }).$oid : undefined;
  return typeof oid === "string" ? oid : JSON.stringify(id);
}

function Add({
  what,
  start,
  path,
  bodyOf,
  changed,
}: {
  what: string;
  start: string;
  path: string;
  bodyOf(value: Record<string, unknown>): unknown;
  changed(): void;
}) {
  const [text, setText] = useState(start);
  const { act, isBusy, problem, setProblem } = useAct();
  const add = async (event: Event) => {
    event.preventDefault();
    const value = readJson(text, setProblem);
    if (!value || !(await act("PUT", path, bodyOf(value)))) return;
    setText(start);
    changed();
  };
  return (
    <details>
      <summary>Add {what === "item" ? "an item" : `a ${what}`}</summary>
      <form class="form spaced" onSubmit={(event) => void add(event)}>
        <label>
          New {what}
          <textarea
            rows={6}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <Problem message={problem} />
        <div class="tools">
          <button type="submit" class="primary" disabled={isBusy}>
            Add
          </button>
        </div>
      </form>
    </details>
  );
}

function Record({
  title,
  note,
  value,
  path,
  bodyOf,
  deleted,
  changed,
}: {
  title: string;
  note: string;
  value: object;
  path: string;
  bodyOf(value: Record<string, unknown>): unknown;
  deleted: unknown;
  changed(): void;
}) {
  const [text, setText] = useState<string | undefined>();
  const { act, isBusy, problem, setProblem } = useAct();
  const save = async (event: Event) => {
    event.preventDefault();
    const edited = readJson(text ?? "", setProblem);
    if (!edited || !(await act("PUT", path, bodyOf(edited)))) return;
    setText(undefined);
    changed();
  };
  const remove = async () => {
    if (await act("DELETE", path, deleted)) changed();
  };
  const shown = JSON.stringify(value, undefined, 2);
  return (
    <Section
      title={title}
      aside={
        <div class="tools">
          <button
            type="button"
            aria-label={`Edit ${title}`}
            onClick={() => setText(text === undefined ? shown : undefined)}
          >
            {text === undefined ? "Edit" : "Leave as it was"}
          </button>
          <button
            type="button"
            aria-label={`Delete ${title}`}
            disabled={isBusy}
            onClick={() => void remove()}
          >
            Delete
          </button>
        </div>
      }
    >
      {note && <p class="muted">{note}</p>}
      <Problem message={problem} />
      {text === undefined ? (
        <Code text={shown} label={title} />
      ) : (
        <form class="form" onSubmit={(event) => void save(event)}>
          <label>
            <span class="hidden">Content of {title}</span>
            <textarea
              rows={Math.min(24, text.split("\n").length + 1)}
              spellcheck={false}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
          <div class="tools">
            <button type="submit" class="primary" disabled={isBusy}>
              Save
            </button>
          </div>
        </form>
      )}
    </Section>
  );
}
