/** The words of a PartiQL statement. */
import { DynamodbError } from "../dynamodb-error.ts";

export type Token =
  /** A word that may be a keyword or a name. */
  | { kind: "word"; text: string }
  /** A name in double quotes. */
  | { kind: "name"; text: string }
  | { kind: "text"; text: string }
  | { kind: "number"; text: string }
  | { kind: "sign"; text: string };

const TOKEN =
  /\s*(?:(?<word>[A-Za-z_][\w-]*)|"(?<name>(?:[^"]|"")*)"|'(?<text>(?:[^']|'')*)'|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<sign><<|>>|<=|>=|<>|!=|[=<>()[\]{}.,:?*+-]))/y;

export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const end = statement.trimEnd().replace(/;$/, "").trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(statement)?.groups;
    if (!groups)
      throw notWellFormed(`nobody here knows ${JSON.stringify(statement.slice(at).trim().slice(0, 20))}`);
    const [kind, text = ""] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    tokens.push({ kind: kind as Token["kind"], text: unquoted(kind, text) });
  }
  return tokens;
}

function unquoted(kind: string | undefined, text: string): string {
  if (kind === "name") return text.replaceAll('""', '"');
  return kind === "text" ? text.replaceAll("''", "'") : text;
}

export function notWellFormed(why: string): DynamodbError {
  return new DynamodbError(
    "PartiQL",
    "ValidationException",
    `Statement wasn't well formed, can't be processed: ${why}`,
  );
}
