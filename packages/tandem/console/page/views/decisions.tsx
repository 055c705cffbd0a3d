/** Decisions on the permissions of a request's calls. */
import type { KeptCall, Remedy } from "../types.ts";
import { Code, Copy, plural, Section } from "../ui.tsx";

const STATEMENT = /\{ "Effect".*\}$/;

/** Each decision on a permission; what was refused stands first, with what would allow it. */
export function Decisions({ calls, remedies }: { calls: KeptCall[]; remedies: Remedy[] }) {
  const decisions = calls.flatMap((call) => call.decisions);
  if (decisions.length === 0) return null;
  const refused = decisions.filter(({ refusal }) => refusal);
  const allowed = decisions.filter(({ refusal }) => !refusal);
  return (
    <Section
      title="Permissions"
      aside={
        <span class="count">
          {refused.length} refused, {allowed.length} allowed
        </span>
      }
    >
      {refused.map(({ action, resource, refusal }, index) => {
        const statement = STATEMENT.exec(refusal?.hint ?? "")?.[0];
        return (
          <div class="refusal" key={index}>
            <p>
              <strong>
                <span aria-hidden="true">✕</span> Refused: {action}
              </strong>{" "}
              on <code class="wrap">{resource}</code>
            </p>
            <p class="wrap">{refusal?.message}</p>
            <Where remedy={remedies[index]} />
            <p class="wrap">{statement ? refusal?.hint.replace(statement, "").trim() : refusal?.hint}</p>
            {statement && (
              <>
                <Code text={statement} label="Statement that would allow it" />
                <div class="tools">
                  <Copy text={JSON.stringify(JSON.parse(statement), undefined, 2)}>Copy the statement</Copy>
                </div>
              </>
            )}
          </div>
        );
      })}
      {allowed.length > 0 && (
        <details open={refused.length === 0}>
          <summary>{plural(allowed.length, "call")} allowed</summary>
          <ul class="plain decisions">
            {allowed.map(({ action, resource, by }, index) => (
              <li key={index}>
                <span class="good" aria-hidden="true">
                  ✓
                </span>{" "}
                <strong>{action}</strong> on <code class="wrap">{resource}</code>
                {by && (
                  <span class="muted wrap">
                    {" "}
                    by {by.source}: {by.actions.join(", ")}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

/** Where in the program the permission would be given. */
function Where({ remedy }: { remedy: Remedy | undefined }) {
  if (!remedy?.function) return null;
  const { function: called, store, link } = remedy;
  return (
    <>
      <p class="wrap">
        {called.name} is declared at <code class="where">{called.at}</code>
        {store && (
          <>
            , {store.name} at <code class="where">{store.at}</code>
          </>
        )}
        .
      </p>
      {link && (
        <p class="wrap">
          The link <code>{link.text}</code> would give it: {link.of.name} has it at{" "}
          <code class="where">{link.of.at}</code>.
        </p>
      )}
    </>
  );
}
