/** The run as a whole: its picture, how it goes, and what of the program is not realised here. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import { useLive } from "../live.ts";
import type { ChangesSummary, CostSummary, HomeSummary } from "../types.ts";
import { Facts, KINDS, Problem, plural, Section } from "../ui.tsx";

export function Home() {
  const { value, error } = useAsk<HomeSummary>("/api/home", 2_000);
  const { state } = useLive();
  return (
    <div class="page">
      <Problem message={error} />
      {value && (
        <>
          <h2>{value.project}</h2>
          <p class="facts">
            <span>stack {value.stack}</span>
            <span>{value.region}</span>
            {value.apis.map(({ type, name, url }) => (
              <span key={url}>
                {KINDS[type]} {name} at <code>{url}</code>
              </span>
            ))}
            {value.databases.map(({ name, where }) => (
              <span key={name}>
                {name}: {where}
              </span>
            ))}
          </p>
          <Section title="How it goes">
            <Facts look="numbers" facts={countsOf(value)} />
            <p>
              {state?.error ? (
                <span class="bad">✕ The last reload failed; what runs is older than the files.</span>
              ) : (
                <span class="good">✓ What runs is what the files say.</span>
              )}
            </p>
            {value.failing.length > 0 && (
              <ul class="plain">
                {value.failing.map(({ name, logicalName, errors }) => (
                  <li key={name}>
                    <a href={`#/functions/${encodeURIComponent(name)}`}>{logicalName}</a>{" "}
                    <span class="tag bad">{plural(errors, "error")}</span>
                  </li>
                ))}
              </ul>
            )}
          </Section>
          <Section
            title="What there is"
            aside={<span class="count">with calls and failures of the last hour</span>}
          >
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
            <section class="scroll" tabIndex={0} aria-label="Picture of the program">
              <picture>
                <source
                  media="(prefers-color-scheme: dark)"
                  srcset={`/api/pictures/architecture-dark.svg?${activity(value)}`}
                />
                <img
                  class="drawn"
                  src={`/api/pictures/architecture-light.svg?${activity(value)}`}
                  alt="Routes, functions, stores and events of the program, as the other views list them"
                />
              </picture>
            </section>
          </Section>
          <Changes />
          <Cost />
          <Section title="Parity with the cloud">
            <p>
              {value.resources.realised} realised, {value.resources.recordedOnly} recorded only,{" "}
              {value.resources.unsupported} unsupported
            </p>
            {value.left.length > 0 && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
              <section class="scroll" tabIndex={0} aria-label="What is not realised">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">State</th>
                      <th scope="col" class="number">
                        How many
                      </th>
                      <th scope="col">Type</th>
                      <th scope="col">Why</th>
                    </tr>
                  </thead>
                  <tbody>
                    {value.left.map(({ state: of, count, type, reason }) => (
                      <tr key={`${of} ${type} ${reason}`}>
                        <td class={of === "unsupported" ? "warn" : ""}>{of}</td>
                        <td class="number">{count}</td>
                        <td>{type}</td>
                        <td>{reason}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            )}
          </Section>
        </>
      )}
    </div>
  );
}

/** Another address whenever the picture says something else: a browser asks for the same one only once. */
function activity({ calls, counts, failing }: HomeSummary): string {
  const failed = failing.reduce((sum, { errors }) => sum + errors, 0);
  return `requests=${counts.requests}&stores=${counts.calls}&calls=${calls}&failed=${failed}`;
}

function Changes() {
  const [changes, setChanges] = useState<ChangesSummary | undefined>();
  const { act, isBusy, problem } = useAct();
  const compare = async () => setChanges(await act<ChangesSummary>("GET", "/api/changes?base=main"));
  return (
    <Section
      title="What changed against main"
      aside={
        <button type="button" disabled={isBusy} onClick={() => void compare()}>
          {isBusy ? "Comparing…" : "Compare"}
        </button>
      }
    >
      <Problem message={problem} />
      {!changes && !problem && (
        <p class="muted">
          Compares what the files declare with main; that takes some seconds, for both are recorded.
        </p>
      )}
      <div aria-live="polite">
        {changes && (
          <>
            {changes.summary && (
              <p>
                Against {changes.revision} ({changes.commit}): {changes.summary}.
              </p>
            )}
            {changes.dangers.length > 0 && (
              <ul class="plain">
                {changes.dangers.map((danger) => (
                  <li key={danger} class="bad">
                    <span aria-hidden="true">!</span> {danger}
                  </li>
                ))}
              </ul>
            )}
            {changes.notes.map((note) => (
              <p key={note} class="warn">
                {note}
              </p>
            ))}
            <p class="muted">All of it: npm run diff.</p>
          </>
        )}
      </div>
    </Section>
  );
}

function Cost() {
  const { value, error } = useAsk<CostSummary>("/api/cost");
  return (
    <Section title="What a month costs" aside={value && <span class="count">{value.region}</span>}>
      <Problem message={error} />
      {value?.unknown !== undefined && <p class="muted">Not known: {value.unknown}.</p>}
      {value?.total !== undefined && (
        <>
          <Facts
            look="numbers"
            facts={[
              ["Estimate", dollars(value.total)],
              ...value.services.map(({ service, cost }) => [service, dollars(cost)] as const),
            ]}
          />
          <p class="muted">
            By list prices of {value.pricesOf}
            {(value.freeTier ?? 0) >= 0.005 &&
              `, of which the free tier has taken ${dollars(value.freeTier ?? 0)} off`}
            {value.unpriced > 0 && `; ${plural(value.unpriced, "kind")} of resources without a price`}.
          </p>
          <details>
            <summary>What it assumes</summary>
            <ul class="plain">
              {value.assumed.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Section>
  );
}

function dollars(amount: number): string {
  return amount.toLocaleString("en-US", { style: "currency", currency: "USD" });
}

function countsOf({ counts }: HomeSummary): [string, string][] {
  const entries: [string, number][] = [
    ["Requests", counts.requests],
    ["Answers of 500 and more", counts.failures],
    ["Events", counts.events],
    ["Calls to stores", counts.calls],
  ];
  return entries.map(([name, count]) => [name, count.toLocaleString("en-US")]);
}
