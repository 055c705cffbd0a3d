/** Pieces that every view is made of. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ServedAddress } from "./types.ts";

/** What a person calls that by which a program is reached. */
export const KINDS: Record<ServedAddress["type"], string> = {
  HTTP: "HTTP API",
  REST: "REST API",
  WEBSOCKET: "WebSocket API",
  URL: "function URL",
  SITE: "website",
  DISTRIBUTION: "distribution",
};

export function Status({ status }: { status: number }) {
  const kind = status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
  return (
    <span class={`status ${kind}`}>
      <span aria-hidden="true">{kind === "bad" ? "✕" : kind === "warn" ? "!" : "✓"}</span> {status}
    </span>
  );
}

export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section">
      <div class="section-head">
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What is chosen in a list, and the way back to the list, which is hidden where both stand side by side. */
export function Pane({
  label,
  list,
  href,
  children,
}: {
  label: string;
  list: string;
  href: string;
  children: ComponentChildren;
}) {
  return (
    <article class="detail" aria-label={label}>
      <a class="back" href={href}>
        ← {list}
      </a>
      {children}
    </article>
  );
}

/** Copies a text and says that it did. */
export function Copy({ text, children = "Copy" }: { text: string; children?: ComponentChildren }) {
  const [notice, setNotice] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setNotice("Copied");
    } catch {
      setNotice("The browser does not let it be copied");
    }
    setTimeout(() => setNotice(""), 2_000);
  };
  return (
    <>
      <button type="button" onClick={copy}>
        {children}
      </button>
      <span class="notice" role="status">
        {notice}
      </span>
    </>
  );
}

/** What is not there, and what to do next: in words, and as a line to copy. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ComponentChildren;
  command?: string | undefined;
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {command && (
        <div class="command">
          <code>{command}</code>
          <Copy text={command} />
        </div>
      )}
    </div>
  );
}

/** Text as it is, JSON indented. Never more than text. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="code" tabIndex={0} aria-label={label}>
      <pre>{pretty(text)}</pre>
    </section>
  );
}

export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

export function Problem({ message }: { message: string | undefined }) {
  return message === undefined || message === "" ? null : (
    <p class="problem" role="alert">
      {message}
    </p>
  );
}

/** Names and their values. */
export function Facts({
  look,
  facts,
}: {
  look: "headers" | "numbers" | "report";
  facts: readonly (readonly [name: string, value: string])[];
}) {
  return (
    <dl class={look}>
      {facts.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd class={look === "headers" ? "wrap" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `name: value`, one a line. */
export function readHeaders(text: string): [string, string][] {
  return text.split("\n").flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
}

export function milliseconds(value: number | undefined): string {
  if (value === undefined) return "–";
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function clock(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
