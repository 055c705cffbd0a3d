/** Where dynalite refuses in other words than DynamoDB does today. */
import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer } from "../emulators/front.ts";

/** A refusal of dynalite's, as DynamoDB words it. */
export function reworded(operation: string, body: Buffer, answer: Answer): Answer {
  const refusal = parseObject(String(answer.body)) ?? {};
  const message = refusal.message ?? refusal.Message;
  if (typeof message !== "string") return answer;
  const input = parseObject(body) ?? {};
  if (operation === "TagResource" && !/^arn:/.test(String(input.ResourceArn)))
    return withMessage(answer, {
      __type: "com.amazon.coral.validate#ValidationException",
      message: `Invalid TableArn: Invalid ResourceArn provided as input ${input.ResourceArn}`,
    });
  const better = wording(operation, input, message);
  return better === message ? answer : withMessage(answer, { ...refusal, message: better });
}

function withMessage(answer: Answer, { Message: _, ...refusal }: JsonObject): Answer {
  const { "x-amz-crc32": __, "content-length": ___, ...headers } = answer.headers;
  return { ...answer, headers, body: JSON.stringify(refusal) };
}

function wording(operation: string, input: JsonObject, message: string): string {
  if (/^TableName must be at least 3 /.test(message) && operation === "CreateTable")
    return counted(tableNameMistakes(String(input.TableName)));
  if (
    /^Batch/.test(operation) &&
    isObject(input.RequestItems) &&
    Object.keys(input.RequestItems).length === 0
  )
    return `The requestItems parameter is required for ${operation}`;
  const expression = /^Invalid (\w+Expression): Syntax error; Expected .* but "(.)" found\.$/.exec(message);
  if (expression) return syntaxError(expression[1] ?? "", expression[2] ?? "", input) ?? message;
  const [, count, rest = ""] = /^(\d+) validation errors? detected: (.*)$/s.exec(message) ?? [];
  const parts = rest.split(/; (?=Value )/);
  return count === String(parts.length)
    ? counted(parts.flatMap((part) => partWording(operation, input, part)))
    : message;
}

function partWording(operation: string, input: JsonObject, part: string): string[] {
  if (input.TableName === "" && / at 'tableName' /.test(part))
    return /length/.test(part) ? [part.replace(/\d+$/, "1")] : [];
  if (operation === "Query") return [part.replace(/^Value '.*' at 'limit'/, "Value at 'Limit'")];
  if (operation === "BatchGetItem")
    return [
      part.replace(
        /^Value '.*' at 'requestItems\.(.+)\.member\.keys'/s,
        "Value at 'RequestItems.$1.member.Keys'",
      ),
    ];
  if (operation === "BatchWriteItem") return [part.replace(/^Value '\{"([^"]+)":\[/, "Value '{$1=[")];
  return [
    part.replaceAll(
      /\{"AttributeName":"([^"]*)","KeyType":"([^"]*)"\}/g,
      "KeySchemaElement(attributeName=$1, keyType=$2)",
    ),
  ];
}

function tableNameMistakes(name: string): string[] {
  const mistake = (constraint: string) =>
    `Value '${name}' at 'tableName' failed to satisfy constraint: Member must ${constraint}`;
  return [
    ...(/^[\w.-]*$/.test(name) ? [] : [mistake("satisfy regular expression pattern: [a-zA-Z0-9_.-]+")]),
    ...(name.length < 3 ? [mistake("have length greater than or equal to 3")] : []),
    ...(name.length > 255 ? [mistake("have length less than or equal to 255")] : []),
  ];
}

function counted(mistakes: readonly string[]): string {
  return `${mistakes.length} validation error${mistakes.length === 1 ? "" : "s"} detected: ${mistakes.join("; ")}`;
}

const CLAUSE = /^(SET|ADD|REMOVE|DELETE)$/i;

/** Dynalite tells the character that it stumbled at, not where: told only where one word can be meant. */
function syntaxError(kind: string, character: string, input: JsonObject): string | undefined {
  const expression = String(input[kind] ?? "");
  const tokens = [...expression.matchAll(/[#:\w]+|<>|<=|>=|\S/g)];
  const [first = ""] = tokens[0] ?? [];
  const cannotBegin = kind === "UpdateExpression" ? !CLAUSE.test(first) : !/^[#:\w(]/.test(first);
  const meant = tokens.flatMap(([text], index) => (text.startsWith(character) ? [index] : []));
  const at = cannotBegin && meant[0] === 0 ? 0 : meant.length === 1 ? meant[0] : undefined;
  if (at === undefined) return undefined;
  const [from, to] = [tokens[Math.max(0, at - 1)], tokens[Math.min(tokens.length - 1, at + 1)]];
  const near = expression.slice(from?.index, (to?.index ?? 0) + (to?.[0].length ?? 0));
  return `Invalid ${kind}: Syntax error; token: "${tokens[at]?.[0]}", near: "${near}"`;
}
