/**
 * The log as a person reads it: a line an event, those of one request together, in the order in which they happened. A
 * request that takes long is not waited for: what it said so far is shown, and the rest as it comes.
 */
import type { RequestLine } from "../gateway/service.ts";
import { type Entry, readEntry } from "./entry.ts";
import type { Filter } from "./filter.ts";
import { type Cells, levelOfStatus, shownError, shownLine } from "./shown.ts";

/** As long as most requests take; nobody reads faster. */
const LONGEST_WAIT_MS = 500;
/** A function has ended; whether a request is answered by it shows at once. */
const ANSWER_WAIT_MS = 50;
/** Names that are longer push their line to the right. */
const LONGEST_NAME = 24;

export interface PeopleLogOptions {
  write(line: string): void;
  filter: Filter;
  /** Physical name of a function → the program's own. */
  nameOf(physicalName: string): string;
}

type Message = Extract<Entry, { kind: "message" }>;
type Report = Extract<Entry, { kind: "report" }>;

interface Group {
  functionName: string;
  cells: Cells[];
  timer: NodeJS.Timeout;
  /** It began here, so its end will come. */
  hasStarted: boolean;
  /** It takes long: what it says is shown as it comes. */
  isOpen: boolean;
  report?: Report;
  request?: RequestLine;
}

export class PeopleLog {
  readonly #options: PeopleLogOptions;
  /** Of the longest name so far. */
  #nameWidth = 0;
  /** By the invocation's id. */
  readonly #groups = new Map<string, Group>();
  /** Of a function: which invocation a line without an id belongs to. */
  readonly #last = new Map<string, string>();

  constructor(options: PeopleLogOptions) {
    this.#options = options;
  }

  /** Of a function's log. */
  line(physicalName: string, line: string): void {
    const functionName = this.#options.nameOf(physicalName);
    const entry = readEntry(line);
    const id = entry.requestId ?? this.#last.get(functionName);
    if (entry.kind === "metrics" || entry.kind === "end") return;
    if (id === undefined) {
      // Before the first invocation, e.g. while the module is loaded.
      if (entry.kind === "message") this.#show(cellsOf(entry, functionName), []);
      return;
    }
    this.#last.set(functionName, id);
    const group = this.#groupOf(id, functionName);
    if (entry.kind === "start") group.hasStarted = true;
    if (entry.kind === "message") group.cells.push(cellsOf(entry, functionName));
    if (entry.kind === "report") this.#end(id, group, entry);
    else if (group.isOpen) this.#showSoFar(id, group);
  }

  /** A request to an API was answered. Of its function's lines most come after that, handed over together. */
  request(request: RequestLine): void {
    const { invocation: id } = request;
    if (id === undefined) this.#showRequest(request);
    else {
      const group = this.#groupOf(id, this.#nameOf(request));
      group.request = request;
      if (group.report) this.#finish(id, group);
    }
  }

  /** What is neither of a function nor of a request. */
  other(line: string): void {
    this.#options.write(line);
  }

  /** Shows what still waits. */
  close(): void {
    for (const [id, group] of this.#groups) this.#finish(id, group);
  }

  #groupOf(id: string, functionName: string): Group {
    const known = this.#groups.get(id);
    if (known) return known;
    const timer = setTimeout(() => this.#open(id, group), LONGEST_WAIT_MS).unref();
    const group: Group = { functionName, cells: [], timer, hasStarted: false, isOpen: false };
    this.#groups.set(id, group);
    return group;
  }

  #open(id: string, group: Group): void {
    if (group.request || !group.hasStarted) this.#finish(id, group);
    else {
      group.isOpen = true;
      this.#showSoFar(id, group);
    }
  }

  #end(id: string, group: Group, report: Report): void {
    group.report = report;
    clearTimeout(group.timer);
    if (group.request) this.#finish(id, group);
    else group.timer = setTimeout(() => this.#finish(id, group), ANSWER_WAIT_MS).unref();
  }

  #finish(id: string, group: Group): void {
    clearTimeout(group.timer);
    this.#groups.delete(id);
    this.#showSoFar(id, group);
    const { request, report, functionName } = group;
    if (request) this.#showRequest(request, report);
    else if (report) this.#show(cellsOfReport(report, functionName), [id]);
  }

  #showSoFar(id: string, group: Group): void {
    for (const cells of group.cells) this.#show(cells, [id, group.request?.requestId]);
    group.cells = [];
  }

  #showRequest(request: RequestLine, report?: Report): void {
    const cells = cellsOfRequest(request, this.#nameOf(request), report);
    this.#show(cells, [request.invocation, request.requestId]);
  }

  #nameOf({ function: name }: RequestLine): string {
    return name === undefined ? "-" : this.#options.nameOf(name);
  }

  #show(cells: Cells, requestIds: (string | undefined)[]): void {
    const { filter, write } = this.#options;
    if (!filter.passes({ function: cells.function, level: cells.level, requestIds })) return;
    this.#nameWidth = Math.max(this.#nameWidth, Math.min(cells.function.length, LONGEST_NAME));
    write(shownLine(cells, this.#nameWidth));
    if (cells.error) for (const line of shownError(cells.error)) write(line);
  }
}

function cellsOf({ time, level, message, fields, error }: Message, functionName: string): Cells {
  return {
    time: time ?? new Date().toISOString(),
    function: functionName,
    ...(level === undefined ? {} : { level }),
    message: error && message === error.message ? "" : message,
    fields,
    ...(error ? { error } : {}),
  };
}

function cellsOfReport({ milliseconds, coldStart, failure }: Report, functionName: string): Cells {
  return {
    time: new Date().toISOString(),
    function: functionName,
    level: failure === undefined ? "INFO" : "ERROR",
    column: failure === undefined ? "done" : "failed",
    message: [failure, milliseconds, coldStart && `cold start ${coldStart}`].filter(Boolean).join(", "),
    fields: {},
  };
}

function cellsOfRequest(
  { method, path, status, milliseconds, reason }: RequestLine,
  functionName: string,
  report: Report | undefined,
): Cells {
  const times = [`${milliseconds.toFixed(1)} ms`, report?.coldStart && `cold start ${report.coldStart}`];
  const why = [report?.failure, reason].filter(Boolean).join(", ");
  return {
    time: new Date().toISOString(),
    function: functionName,
    level: levelOfStatus(status),
    column: String(status),
    message: `${method} ${path}  ${times.filter(Boolean).join(", ")}${why === "" ? "" : ` (${why})`}`,
    fields: {},
  };
}
