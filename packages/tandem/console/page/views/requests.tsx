/** What came in and what it set off, newest first. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useAsk } from "../api.ts";
import { clear, useLive } from "../live.ts";
import type { RoutesSummary, Summary } from "../types.ts";
import { Empty, plural } from "../ui.tsx";
import { Chosen } from "./request-detail.tsx";
import { Row } from "./request-row.tsx";

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
