/** `npm run queue`: looks into the queues of the local run, sends, and brings dead letters back. */

import type { PeekedMessage } from "../../local/queues-and-buckets/queue-client.ts";
import { Queues } from "../../local/stores/queues.ts";
import { table } from "../../shared/terminal.ts";
import { common, parseOptions } from "../options.ts";
import { runThatIsUp } from "../run-that-is-up.ts";
import { jsonLine, limitOf, subcommand } from "../subcommands.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(
    "queue",
    args,
    {
      limit: { type: "number", does: "Messages shown at most; 0: all", default: 10 },
      group: { type: "string", does: "Message group, for a FIFO queue" },
      to: { type: "string", does: "Queue that redrive sends to, instead of where the messages came from" },
      stack: common.stackOfRun,
      cwd: common.cwd,
      verbose: common.verbose,
    },
    3,
  );
  const queues = new Queues((await runThatIsUp(options)).stores);
  return subcommand("queue", options.positionals, {
    list: { takes: [], does: async () => console.log(listed(await queues.list())) },
    peek: {
      takes: ["queue"],
      does: async (name) => {
        const { ready, delayed, inFlight } = await queues.peek(name);
        const all = [
          ...ready.map((message) => shown("ready", message)),
          ...delayed.map((message) => shown("delayed", message)),
          ...inFlight.map((message) => shown("in flight", message)),
        ];
        const limit = limitOf(options.limit);
        for (const message of all.slice(0, limit)) console.log(jsonLine(message));
        if (all.length > limit)
          console.error(`The first ${limit} of ${all.length} are shown; --limit 0 shows all.`);
      },
    },
    send: {
      takes: ["queue", "body"],
      does: async (name, body) => {
        await queues.send(name, body, options.group);
        console.log(`Sent to ${name}.`);
      },
    },
    redrive: {
      takes: ["queue of dead letters"],
      does: async (name) => {
        const { count, to } = await queues.redrive(name, options.to);
        console.log(`${count} messages sent from ${name} to ${to}.`);
      },
    },
    purge: {
      takes: ["queue"],
      does: async (name) => {
        await queues.purge(name);
        console.log(`Nothing is left in ${name}.`);
      },
    },
  });
}

function listed(all: Awaited<ReturnType<Queues["list"]>>): string {
  if (all.length === 0) return "The program declares no queue.";
  return table(
    all.map(({ queue: { name, physicalName, deadLettersOf }, messages: { ready, delayed, inFlight } }) => [
      name,
      physicalName,
      `${ready.length} ready, ${delayed.length} delayed, ${inFlight.length} in flight`,
      deadLettersOf.length === 0 ? "" : `dead letters of ${deadLettersOf.join(", ")}`,
    ]),
  ).join("\n");
}

function shown(state: string, message: PeekedMessage): object {
  const { messageId, body, sentTimestamp, approximateReceiveCount, messageGroupId } = message;
  return {
    state,
    sent: new Date(sentTimestamp).toISOString(),
    received: approximateReceiveCount,
    messageId,
    ...(messageGroupId === undefined ? {} : { group: messageGroupId }),
    body,
  };
}
