/**
 * X-Ray's filter expressions, the part that people use: `fault = true AND responsetime > 1`, `service("orders") { fault }`,
 * `edge("orders", "items") { throttle }`, `annotation.user = "ann"`. What is beyond is refused by name.
 */
import { UserError } from "../../shared/user-error.js";
import type { ReadTrace } from "./read-trace.ts";
import type { Segment } from "./segments.ts";
import { calledBy, edgesOf, serviceOf } from "./services.ts";

export type Filter = (trace: ReadTrace) => boolean;

/** What a condition is asked of: the trace as a whole, or those segments of it that a `service(…) { … }` is about. */
interface About {
  segments: readonly Segment[];
  responseTime: number;
  duration: number;
  isPartial: boolean;
}

type Condition = (about: About, trace: ReadTrace) => boolean;
type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "beginswith" | "endswith";
type Value = string | number | boolean;

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w.]*)|(!=|<=|>=|[=<>!(){}[\],]))/y;
const OPERATORS: readonly string[] = ["=", "!=", "<", "<=", ">", ">=", "contains", "beginswith", "endswith"];
const FLAGS: Record<string, (about: About) => boolean> = {
  ok: ({ segments }) => !segments.some(({ error, fault, throttle }) => error || fault || throttle),
  error: ({ segments }) => segments.some(({ error }) => error),
  fault: ({ segments }) => segments.some(({ fault }) => fault),
  throttle: ({ segments }) => segments.some(({ throttle }) => throttle),
  partial: ({ isPartial }) => isPartial,
};
const SECONDS: Record<string, (about: About) => number> = {
  responsetime: ({ responseTime }) => responseTime / 1_000,
  duration: ({ duration }) => duration / 1_000,
};
const OF_HTTP: Record<string, (segment: Segment) => Value | undefined> = {
  "http.status": ({ http }) => http?.status,
  "http.url": ({ http }) => http?.url,
  "http.method": ({ http }) => http?.method,
};
const KNOWN = [
  ...Object.keys(FLAGS),
  ...Object.keys(SECONDS),
  ...Object.keys(OF_HTTP),
  "annotation.KEY",
  'service("NAME")',
  'edge("FROM", "TO")',
  'id("TRACE")',
];
/** An expression that is nested deeper was not written by hand. */
const DEEPEST = 50;

/** An empty expression lets every trace through. */
export function readFilter(expression: string): Filter {
  if (expression.trim() === "") return () => true;
  const condition = new Parser(expression).whole();
  return (trace) => condition(aboutTrace(trace), trace);
}

function aboutTrace({ all, responseTime, start, end, isPartial }: ReadTrace): About {
  return { segments: all, responseTime, duration: end - start, isPartial };
}

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;
  #depth = 0;

  constructor(expression: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < expression.trimEnd().length) {
      const from = TOKEN.lastIndex;
      const [, quoted, number, word, sign] = TOKEN.exec(expression) ?? [];
      const token = quoted ?? number ?? word ?? sign;
      if (token === undefined)
        throw new UserError(`The filter is not understood from here on: ${expression.slice(from).trim()}`);
      this.#tokens.push(token);
    }
  }

  whole(): Condition {
    const condition = this.#either();
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new UserError(`The filter has ${left} where AND, OR or its end has to be.`);
    return condition;
  }

  #either(): Condition {
    const first = this.#both();
    if (!this.#take("or")) return first;
    const other = this.#either();
    return (about, trace) => first(about, trace) || other(about, trace);
  }

  #both(): Condition {
    const first = this.#one();
    if (!this.#take("and")) return first;
    const other = this.#both();
    return (about, trace) => first(about, trace) && other(about, trace);
  }

  #one(): Condition {
    if (++this.#depth > DEEPEST) throw new UserError("The filter is nested too deep.");
    const condition = this.#inner();
    this.#depth--;
    return condition;
  }

  #inner(): Condition {
    if (this.#take("!") || this.#take("not")) {
      const negated = this.#one();
      return (about, trace) => !negated(about, trace);
    }
    if (this.#take("(")) {
      const inner = this.#either();
      this.#expect(")");
      return inner;
    }
    const word = this.#next("a condition").toLowerCase();
    if (word === "service" || word === "edge") return this.#about(word);
    if (word === "id") return this.#id();
    return this.#compared(word);
  }

  #id(): Condition {
    this.#expect("(");
    const wanted = this.#text();
    this.#expect(")");
    return (_, { id }) => id === wanted;
  }

  /** `service("orders") { fault = true }`; without braces it is enough that it is there. */
  #about(word: "service" | "edge"): Condition {
    const names: string[] = [];
    this.#expect("(");
    while (!this.#take(")")) {
      names.push(this.#text());
      this.#take(",");
    }
    if (word === "edge" && names.length !== 2)
      throw new UserError('edge takes two names: edge("FROM", "TO").');
    if (word === "service" && names.length > 1)
      throw new UserError('service takes one name: service("NAME").');
    let inner: Condition = () => true;
    if (this.#take("{")) {
      inner = this.#either();
      this.#expect("}");
    }
    return (_, trace) =>
      (word === "service" ? ofService(trace, names[0]) : ofEdge(trace, names)).some((segment) =>
        inner(aboutSegment(segment), trace),
      );
  }

  #compared(word: string): Condition {
    const read = this.#reader(word);
    const given = this.#tokens[this.#at]?.toLowerCase() ?? "";
    if (!OPERATORS.includes(given)) {
      const flag = FLAGS[word];
      if (flag) return flag;
      // As X-Ray has it: a key alone asks whether it is there.
      return (about) => read(about).some((value) => value !== undefined);
    }
    this.#at++;
    const value = this.#value();
    const isMet = comparison(given as Operator, value);
    return given === "!="
      ? (about) => read(about).every((found) => isMet(found))
      : (about) => read(about).some((found) => isMet(found));
  }

  #reader(word: string): (about: About) => (Value | undefined)[] {
    const flag = FLAGS[word];
    if (flag) return (about) => [flag(about)];
    const seconds = SECONDS[word];
    if (seconds) return (about) => [seconds(about)];
    const http = OF_HTTP[word];
    if (http) return ({ segments }) => segments.map(http).filter((one) => one !== undefined);
    const key = this.#annotation(word);
    if (key !== undefined)
      return ({ segments }) => segments.map((one) => one.annotations[key]).filter((one) => one !== undefined);
    throw new UserError(`The filter does not know ${word}: it knows ${KNOWN.join(", ")}.`);
  }

  /** Its case counts, so it is read from the text as it was written. */
  #annotation(word: string): string | undefined {
    const written = this.#tokens[this.#at - 1] ?? "";
    if (word.startsWith("annotation.")) return written.slice("annotation.".length);
    if (word !== "annotation" || !this.#take("[")) return undefined;
    const key = this.#next("a key");
    this.#expect("]");
    return key.startsWith('"') ? unquoted(key) : key;
  }

  #value(): Value {
    const token = this.#next("a value");
    if (token.startsWith('"')) return unquoted(token);
    if (/^\d/.test(token)) return Number(token);
    if (/^(true|false)$/i.test(token)) return token.toLowerCase() === "true";
    throw new UserError(`The filter has ${token} where a number, true, false or a "text" has to be.`);
  }

  #text(): string {
    const token = this.#next('a "text"');
    if (token.startsWith('"')) return unquoted(token);
    throw new UserError(`The filter has ${token} where a "text" has to be.`);
  }

  #take(wanted: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== wanted) return false;
    this.#at++;
    return true;
  }

  #expect(wanted: string): void {
    if (this.#take(wanted)) return;
    throw new UserError(`The filter has ${this.#tokens[this.#at] ?? "its end"} where ${wanted} has to be.`);
  }

  #next(wanted: string): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new UserError(`The filter ends where ${wanted} has to be.`);
    return token;
  }
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

function comparison(operator: Operator, value: Value): (found: Value | undefined) => boolean {
  const wanted = typeof value === "string" ? value.toLowerCase() : value;
  return (given) => {
    const found = typeof given === "string" ? given.toLowerCase() : given;
    if (operator === "=") return found === wanted;
    if (operator === "!=") return found !== wanted;
    if (typeof found === "number" && typeof wanted === "number") {
      if (operator === "<") return found < wanted;
      if (operator === "<=") return found <= wanted;
      if (operator === ">") return found > wanted;
      if (operator === ">=") return found >= wanted;
    }
    if (typeof found !== "string" || typeof wanted !== "string") return false;
    if (operator === "contains") return found.includes(wanted);
    if (operator === "beginswith") return found.startsWith(wanted);
    return operator === "endswith" && found.endsWith(wanted);
  };
}

function aboutSegment(segment: Segment): About {
  const time = segment.end - segment.start;
  return { segments: [segment], responseTime: time, duration: time, isPartial: segment.isInProgress };
}

function ofService({ all }: ReadTrace, name: string | undefined): Segment[] {
  return all.filter((segment) => {
    const service = serviceOf(segment) ?? calledBy(segment);
    return service !== undefined && (name === undefined || service.name === name || segment.name === name);
  });
}

function ofEdge(trace: ReadTrace, [from, to]: readonly string[]): Segment[] {
  return edgesOf(trace)
    .filter((edge) => edge.from.name === from && edge.to.name === to)
    .map(({ of }) => of);
}
