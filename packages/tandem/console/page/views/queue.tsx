/** One queue: looked at without taking anything, sent to, emptied; dead letters go back to where they came from. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import type { QueueSummary, ShownMessage } from "../types.ts";
import { Code, clock, Empty, Problem, plural, Section } from "../ui.tsx";

const EVERY_MS = 1_000;

export function Queue({ queue, changed }: { queue: QueueSummary; changed(): void }) {
  const path = `/api/queues/${encodeURIComponent(queue.name)}`;
  const { value, error, again } = useAsk<{ messages: ShownMessage[] }>(`${path}/messages`, EVERY_MS);
  const [body, setBody] = useState("");
  const { act, isBusy, problem } = useAct();
  const done = (answer: object | undefined) => {
    if (!answer) return;
    again();
    changed();
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const answer = await act("POST", `${path}/messages`, { body });
    if (answer) setBody("");
    done(answer);
  };
  const isDead = queue.isDeadLettersOf.length > 0;
  return (
    <>
      <h2>{queue.name}</h2>
      <p class="facts">
        <span>{queue.waiting} waiting</span>
        <span>{queue.inFlight} being worked on</span>
        <span>{queue.delayed} delayed</span>
        {queue.deadLetters && (
          <span>
            dead letters go to{" "}
            <a href={`#/data/queue/${encodeURIComponent(queue.deadLetters)}`}>{queue.deadLetters}</a>
          </span>
        )}
        {isDead && <span>takes the dead letters of {queue.isDeadLettersOf.join(", ")}</span>}
      </p>
      <div class="tools">
        {isDead && (
          <button
            type="button"
            class="primary"
            disabled={isBusy || queue.waiting === 0}
            onClick={() => void act("POST", `${path}/redrive`, {}).then(done)}
          >
            Redrive all
          </button>
        )}
        <button
          type="button"
          disabled={isBusy || value?.messages.length === 0}
          onClick={() => void act("DELETE", `${path}/messages`).then(done)}
        >
          Purge
        </button>
      </div>
      <Problem message={problem || error} />
      <form class="form" onSubmit={(event) => void send(event)}>
        <label>
          Body of a message
          <textarea
            rows={4}
            spellcheck={false}
            value={body}
            onInput={({ currentTarget }) => setBody(currentTarget.value)}
          />
        </label>
        <div class="tools">
          <button type="submit" disabled={isBusy || body === ""}>
            Send
          </button>
        </div>
      </form>
      {value?.messages.length === 0 && (
        <Empty title={isDead ? "No dead letter" : "No message"}>
          {isDead
            ? "Every message was worked on."
            : "What is sent and taken at once is seen among the requests."}
        </Empty>
      )}
      {value && value.messages.length > 0 && (
        <Section title={plural(value.messages.length, "message")}>
          <ul class="plain decisions">
            {value.messages.map(({ id, body: text, sent, received, state }) => (
              <li key={id}>
                <p class="facts">
                  <span>{state}</span>
                  <span>sent {clock(sent)}</span>
                  <span>received {plural(received, "time")}</span>
                </p>
                <Code text={text} label={`Message ${id}`} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
