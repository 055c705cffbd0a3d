/** The page: its frame, and which view an address shows. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "./styles.css";
import { start, useLive } from "./live.ts";
import { Data } from "./views/data.tsx";
import { Functions } from "./views/functions.tsx";
import { Home } from "./views/home.tsx";
import { Monitoring } from "./views/monitoring.tsx";
import { Requests } from "./views/requests.tsx";
import { Routes } from "./views/routes.tsx";
import { Traces } from "./views/traces.tsx";

/** Name in the address, title, and what it shows of the rest of the address. */
const views = [
  { path: "requests", title: "Requests", View: Requests },
  { path: "functions", title: "Functions", View: Functions },
  { path: "traces", title: "Traces", View: Traces },
  { path: "data", title: "Data", View: Data },
  { path: "routes", title: "Routes", View: Routes },
  { path: "monitoring", title: "Monitoring", View: Monitoring },
  { path: "home", title: "Home", View: Home },
] as const;

function place(): string[] {
  return location.hash
    .replace(/^#\/?/, "")
    .split("/")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

function Page() {
  const [[name = "", ...rest], setPlace] = useState(place);
  const { state, isConnected, problem } = useLive();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const moved = () => setPlace(place());
    addEventListener("hashchange", moved);
    // What changed between the first drawing and now.
    moved();
    return () => removeEventListener("hashchange", moved);
  }, []);
  const view = views.find(({ path }) => path === name) ?? views[0];
  useEffect(() => {
    document.title = `${view.title} · Tandem console`;
    // On a narrow screen the views are beside each other, further than is seen.
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [view]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="bar">
        <h1>
          <span class="mark" aria-hidden="true" />
          Tandem
        </h1>
        <nav aria-label="Views">
          <ul>
            {views.map(({ path, title }) => (
              <li key={path}>
                <a href={`#/${path}`} aria-current={path === view.path ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <p class={`connection ${isConnected ? "good" : "bad"}`} role="status">
          <span aria-hidden="true">{isConnected ? "●" : "○"}</span> {isConnected ? "live" : "not connected"}
        </p>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {state?.error && (
          <div class="banner" role="alert">
            <strong>Not reloaded, the last good code goes on.</strong>
            <pre>{state.error}</pre>
          </div>
        )}
        {problem && (
          <p class="banner" role="alert">
            The console made a mistake and may show less than happened: {problem}
          </p>
        )}
        <view.View rest={rest} />
      </main>
    </div>
  );
}

start();
const root = document.getElementById("page");
if (root) render(<Page />, root);
