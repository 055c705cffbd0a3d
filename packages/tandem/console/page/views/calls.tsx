/** Calls that functions made to stores. */
import type { KeptCall } from "../types.ts";
import { milliseconds, Section, Status } from "../ui.tsx";

export function Calls({ calls, unlisted }: { calls: KeptCall[]; unlisted: string | undefined }) {
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
