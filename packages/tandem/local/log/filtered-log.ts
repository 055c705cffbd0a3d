/** The log as Lambda writes it, without what the person did not ask for. */
import type { RequestLine } from "../gateway/service.ts";
import { requestLine } from "../request-line.ts";
import { readEntry } from "./entry.ts";
import type { PeopleLogOptions } from "./people-log.ts";
import { levelOfStatus } from "./shown.ts";

export class FilteredLog {
  readonly #options: PeopleLogOptions;
  /** Of a function: which invocation a line without an id belongs to. */
  readonly #last = new Map<string, string>();

  constructor(options: PeopleLogOptions) {
    this.#options = options;
  }

  line(physicalName: string, line: string): void {
    const { nameOf, filter, write } = this.#options;
    const entry = readEntry(line);
    const id = entry.requestId ?? this.#last.get(physicalName);
    if (id !== undefined) this.#last.set(physicalName, id);
    const level = entry.kind === "message" ? entry.level : undefined;
    if (filter.passes({ function: nameOf(physicalName), level, requestIds: [id] })) write(line);
  }

  request(request: RequestLine): void {
    const { nameOf, filter, write } = this.#options;
    const { function: physicalName, status, invocation, requestId } = request;
    const name = physicalName === undefined ? undefined : nameOf(physicalName);
    const level = levelOfStatus(status);
    if (filter.passes({ function: name, level, requestIds: [invocation, requestId] }))
      write(requestLine(request));
  }

  close(): void {}
}
