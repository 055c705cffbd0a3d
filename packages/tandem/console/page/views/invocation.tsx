/** What a function said of one invocation: its error, its log, its event. */
import type { InvocationDescribed, LogLine } from "../types.ts";
import { Code, Copy, Facts, plural, Section } from "../ui.tsx";

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
