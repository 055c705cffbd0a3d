/** The run as a whole: its picture, how it goes, and what of the program is not realised here. */
import { useAsk } from "../api.ts";
import { useLive } from "../live.ts";
import type { HomeSummary } from "../types.ts";
import { Facts, Problem, plural, Section } from "../ui.tsx";

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
            {value.apis.map(({ name, url }) => (
              <span key={name}>
                {name} at <code>{url}</code>
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
          <Section title="What there is">
            <picture>
              <source media="(prefers-color-scheme: dark)" srcset="/api/pictures/architecture-dark.svg" />
              <img
                class="drawn"
                src="/api/pictures/architecture-light.svg"
                alt="Routes, functions, stores and events of the program, as the other views list them"
              />
            </picture>
          </Section>
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

function countsOf({ counts }: HomeSummary): [string, string][] {
  const told: [string, number][] = [
    ["Requests", counts.requests],
    ["Answers of 500 and more", counts.failures],
    ["Events", counts.events],
    ["Calls to stores", counts.calls],
  ];
  return told.map(([name, count]) => [name, count.toLocaleString("en-US")]);
}
