/** ListQueues and ListDeadLetterSourceQueues, page by page. The library sorts by one order and goes on by another. */
import type { JsonObject } from "../../shared/json.ts";

/** A page has no more, whatever is asked for. */
const MOST = 1_000;

interface Named {
  name: string;
  url: string;
}

export interface QueuePage {
  urls: string[];
  /** Undefined on the last page, and where no size of pages was asked for. */
  NextToken?: string;
}

/** By their names. A token has the last name of its page, so that a queue that goes meanwhile changes nothing. */
export function queuePage(queues: readonly Named[], { MaxResults, NextToken }: JsonObject): QueuePage {
  const before = Buffer.from(String(NextToken ?? ""), "base64url").toString();
  const rest = queues.filter(({ name }) => name > before).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, Number(MaxResults ?? MOST));
  const last = page.at(-1);
  const isWhole = MaxResults === undefined || page.length === rest.length || !last;
  return {
    urls: page.map(({ url }) => url),
    ...(isWhole ? {} : { NextToken: Buffer.from(last.name).toString("base64url") }),
  };
}
