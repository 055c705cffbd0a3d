/**
 * Which route a request takes. A full match of method and path wins, then the longest greedy `{proxy+}`, then
 * `$default`; never the order of declaration. Among full matches a literal segment wins over a parameter, and a named
 * method over ANY.
 */

export interface RouteMatch<T> {
  route: T;
  /** Undefined when the route has no parameter. */
  parameters: Record<string, string> | undefined;
}

interface Entry<T> {
  route: T;
  /** Parameter names by the position of their segment. */
  names: readonly (string | undefined)[];
}

interface Node<T> {
  literal: Map<string, Node<T>>;
  parameter?: Node<T>;
  /** Method → route that ends here. */
  ends: Map<string, Entry<T>>;
  /** Method → route whose greedy parameter starts here. */
  greedy: Map<string, Entry<T>>;
}

export interface RouteTableOptions {
  /** REST APIs hand path parameters on as they were sent. Defaults to true. */
  decodeParameters?: boolean;
}

export class RouteTable<T> {
  readonly #root: Node<T> = newNode();
  readonly #routes: T[] = [];
  readonly #decodeParameters: boolean;
  #fallback: T | undefined;

  constructor({ decodeParameters = true }: RouteTableOptions = {}) {
    this.#decodeParameters = decodeParameters;
  }

  /** `key` is `METHOD /path` or `$default`. */
  add(key: string, route: T): void {
    this.#routes.push(route);
    if (key === "$default") {
      this.#fallback = route;
      return;
    }
    const space = key.indexOf(" ");
    const method = key.slice(0, space);
    const segments = splitPath(key.slice(space + 1));
    const entry = { route, names: segments.map(parameterName) };
    let node = this.#root;
    for (const segment of segments) {
      if (segment.endsWith("+}")) {
        node.greedy.set(method, entry);
        return;
      }
      node = child(node, segment);
    }
    node.ends.set(method, entry);
  }

  /** Every route, in the order of declaration. */
  all(): readonly T[] {
    return this.#routes;
  }

  /** `path` is as sent, so that an encoded slash belongs to its segment, and decodes without error. */
  match(method: string, path: string): RouteMatch<T> | undefined {
    const sent = splitPath(path);
    const segments = path.includes("%") ? sent.map(decodeURIComponent) : sent;
    const entry = findFull(this.#root, segments, 0, method) ?? findGreedy(this.#root, segments, 0, method);
    if (entry) {
      const values = this.#decodeParameters ? segments : sent;
      return { route: entry.route, parameters: parametersOf(entry.names, values) };
    }
    return this.#fallback === undefined ? undefined : { route: this.#fallback, parameters: undefined };
  }
}

function newNode<T>(): Node<T> {
  return { literal: new Map(), ends: new Map(), greedy: new Map() };
}

function splitPath(path: string): string[] {
  return path.slice(1).split("/");
}

function parameterName(segment: string): string | undefined {
  return /^\{([^{}]+?)\+?\}$/.exec(segment)?.[1];
}

function child<T>(node: Node<T>, segment: string): Node<T> {
  if (parameterName(segment) !== undefined) {
    node.parameter ??= newNode();
    return node.parameter;
  }
  const known = node.literal.get(segment) ?? newNode<T>();
  node.literal.set(segment, known);
  return known;
}

function byMethod<T>(entries: Map<string, Entry<T>>, method: string): Entry<T> | undefined {
  return entries.get(method) ?? entries.get("ANY");
}

function findFull<T>(node: Node<T>, segments: string[], at: number, method: string): Entry<T> | undefined {
  if (at === segments.length) return byMethod(node.ends, method);
  const segment = segments[at] as string;
  const literal = node.literal.get(segment);
  const found = literal && findFull(literal, segments, at + 1, method);
  if (found || segment === "" || !node.parameter) return found;
  return findFull(node.parameter, segments, at + 1, method);
}

/** The deepest greedy parameter that at least one character is left for. */
function findGreedy<T>(node: Node<T>, segments: string[], at: number, method: string): Entry<T> | undefined {
  if (at >= segments.length) return undefined;
  const segment = segments[at] as string;
  const literal = node.literal.get(segment);
  const deeper =
    (literal && findGreedy(literal, segments, at + 1, method)) ??
    (segment !== "" && node.parameter ? findGreedy(node.parameter, segments, at + 1, method) : undefined);
  const nothingLeft = segment === "" && at === segments.length - 1;
  return deeper ?? (nothingLeft ? undefined : byMethod(node.greedy, method));
}

function parametersOf(
  names: Entry<unknown>["names"],
  segments: string[],
): Record<string, string> | undefined {
  let parameters: Record<string, string> | undefined;
  for (const [index, name] of names.entries()) {
    if (name === undefined) continue;
    const isLast = index === names.length - 1;
    // A greedy parameter is always the last of its route and takes whatever is left; any other last one has one segment.
    const value = isLast ? segments.slice(index).join("/") : (segments[index] as string);
    parameters ??= {};
    parameters[name] = value;
  }
  return parameters;
}
