/** A request or an event as one line of a list. */
import type { Summary } from "../types.ts";
import { clock, milliseconds, plural, Status } from "../ui.tsx";

export function Row({ row, isChosen }: { row: Summary; isChosen: boolean }) {
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
