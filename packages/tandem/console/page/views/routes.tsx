/** Every route of the APIs, to be tried: with what openapi.json says of it, and a token where it asks for one. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import type { Answered, RouteSummary, RoutesSummary } from "../types.ts";
import { Code, Empty, milliseconds, Pane, Problem, readHeaders, Section, Status } from "../ui.tsx";

/** An API whose one route leads to the function. */
const A_ROUTE =
  'new aws.apigatewayv2.Api("api", { protocolType: "HTTP", routeKey: "GET /hello", target: handler.arn });';

export function Routes({ rest: [chosen] }: { rest: string[] }) {
  const { value, error } = useAsk<RoutesSummary>("/api/routes", 5_000);
  const route = value?.routes.find((one) => keyOf(one) === chosen);
  const isEmpty = value?.routes.length === 0;
  return (
    <div class={`split narrow ${route ? "has-chosen" : isEmpty ? "has-nothing" : ""}`}>
      <nav class="list" aria-label="Routes">
        <Problem message={error ?? value?.problem} />
        {isEmpty && (
          <Empty title="The program declares no route" command={A_ROUTE}>
            Test a function in its own view, or add an API to the program: its routes stand here.
          </Empty>
        )}
        <ul class="plain cards">
          {value?.routes.map((one) => (
            <li key={keyOf(one)}>
              <a
                class="card"
                href={`#/routes/${encodeURIComponent(keyOf(one))}`}
                aria-current={one === route ? "true" : undefined}
              >
                <span class="method">{one.method}</span>
                <code class="wrap grow">{one.path}</code>
                <span class="muted">{one.authorization ?? "open"}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {value && route ? (
        <Try key={keyOf(route)} route={route} issuers={value.issuers} />
      ) : (
        <div class="detail no-detail">
          <Empty title="Choose a route">
            Fill in its form and send: the answer stands below, with a link to all of it.
          </Empty>
        </div>
      )}
    </div>
  );
}

function keyOf({ api, method, path }: RouteSummary): string {
  return `${api} ${method} ${path}`;
}

function Try({ route, issuers }: { route: RouteSummary; issuers: RoutesSummary["issuers"] }) {
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      route.parameters.map(({ name, in: where, example }) => [
        `${where} ${name}`,
        where === "path" ? example : "",
      ]),
    ),
  );
  const [query, setQuery] = useState("");
  const [headers, setHeaders] = useState(route.body === "" ? "" : "content-type: application/json");
  const [body, setBody] = useState(route.body);
  const [answered, setAnswered] = useState<(Answered & { id?: number }) | undefined>();
  const { act, isBusy, problem } = useAct();
  const send = async (event: Event) => {
    event.preventDefault();
    const named = route.parameters
      .filter(({ name, in: where }) => where === "header" && values[`header ${name}`])
      .map(({ name }) => [name, values[`header ${name}`]]);
    const answer = await act<Answered & { id?: number }>("POST", "/api/send", {
      api: route.api,
      method: route.method === "ANY" ? "GET" : route.method,
      target: targetOf(route, values, query),
      headers: [...readHeaders(headers), ...named],
      body,
    });
    if (answer) setAnswered(answer);
  };
  return (
    <Pane label="Chosen route" list="All routes" href="#/routes">
      <h2>
        <span class="method">{route.method}</span> {route.path}
      </h2>
      <p class="facts">
        {route.summary && <span>{route.summary}</span>}
        {route.function && <a href={`#/functions/${encodeURIComponent(route.function)}`}>{route.function}</a>}
        <span>{route.authorization ?? "open"}</span>
      </p>
      <form class="form" onSubmit={(event) => void send(event)}>
        {route.parameters.map(({ name, in: where, description, example }) => (
          <label key={`${where} ${name}`}>
            {name} ({where}){description && `: ${description}`}
            <input
              required={where === "path"}
              placeholder={example}
              value={values[`${where} ${name}`] ?? ""}
              onInput={({ currentTarget }) =>
                setValues({ ...values, [`${where} ${name}`]: currentTarget.value })
              }
            />
          </label>
        ))}
        <label>
          More of the query, as it is sent
          <input
            placeholder="name=value&other=value"
            value={query}
            onInput={({ currentTarget }) => setQuery(currentTarget.value)}
          />
        </label>
        {route.authorization?.startsWith("JWT") && (
          <Token
            issuers={issuers}
            asked={route.authorization}
            take={(token) =>
              setHeaders(
                [
                  ...headers.split("\n").filter((line) => line && !/^authorization:/i.test(line)),
                  `authorization: Bearer ${token}`,
                ].join("\n"),
              )
            }
          />
        )}
        <label>
          Headers, one a line
          <textarea
            rows={3}
            spellcheck={false}
            value={headers}
            onInput={({ currentTarget }) => setHeaders(currentTarget.value)}
          />
        </label>
        {!/^(GET|HEAD)$/.test(route.method) && (
          <label>
            Body
            <textarea
              rows={8}
              spellcheck={false}
              value={body}
              onInput={({ currentTarget }) => setBody(currentTarget.value)}
            />
          </label>
        )}
        <div class="tools">
          <button type="submit" class="primary" disabled={isBusy}>
            Send
          </button>
        </div>
      </form>
      <Problem message={problem} />
      {answered && (
        <div class="result" aria-live="polite">
          <Section
            title="Answer"
            aside={
              answered.id === undefined ? undefined : (
                <a href={`#/requests/${answered.id}`}>All of this request</a>
              )
            }
          >
            <p class="facts">
              <Status status={answered.status} /> <span>{milliseconds(answered.milliseconds)}</span>
            </p>
            {answered.body === "" ? (
              <p class="muted">No body.</p>
            ) : (
              <Code text={answered.body} label="Body of the answer" />
            )}
          </Section>
        </div>
      )}
    </Pane>
  );
}

/** A token of the local issuer with the scopes that are ticked; those that the route asks for are ticked already. */
function Token({
  issuers,
  asked,
  take,
}: {
  issuers: RoutesSummary["issuers"];
  asked: string;
  take(token: string): void;
}) {
  const scopes = [...new Set(issuers.flatMap((issuer) => issuer.scopes))];
  const [ticked, setTicked] = useState(() => scopes.filter((scope) => asked.includes(scope)));
  const { act, problem } = useAct();
  const [notice, setNotice] = useState("");
  const make = async () => {
    const wanted = { authorizer: issuers[0]?.name, scopes: ticked };
    const made = await act<{ token: string }>("POST", "/api/token", wanted);
    if (!made) return;
    take(made.token);
    setNotice("The header authorization carries it.");
  };
  return (
    <fieldset>
      <legend>Local token with these scopes</legend>
      <div class="tools">
        {scopes.map((scope) => (
          <label class="tick" key={scope}>
            <input
              type="checkbox"
              checked={ticked.includes(scope)}
              onChange={({ currentTarget: { checked } }) => {
                setNotice("");
                setTicked(checked ? [...ticked, scope] : ticked.filter((one) => one !== scope));
              }}
            />
            {scope}
          </label>
        ))}
        <button type="button" onClick={() => void make()}>
          Make a token
        </button>
        <span class="notice" role="status">
          {notice}
        </span>
      </div>
      <Problem message={problem} />
    </fieldset>
  );
}

function targetOf(route: RouteSummary, values: Record<string, string>, more: string): string {
  const path = route.path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name: string) =>
    encodeURIComponent(values[`path ${name}`] ?? ""),
  );
  const search = new URLSearchParams(
    route.parameters.flatMap(({ name, in: where }) => {
      const value = values[`query ${name}`];
      return where === "query" && value ? [[name, value]] : [];
    }),
  ).toString();
  const query = [search, more].filter(Boolean).join("&");
  return query === "" ? path : `${path}?${query}`;
}
