/**
 * The interfaces of a generated declaration file with the comments of their properties. The SDKs are generated, one
 * property a line, so lines are enough; a parser of TypeScript would take ten times as long for 30 MB of them.
 */

export interface Declaration {
  /** With its namespace: `dynamodb.TableAttribute`. */
  name: string;
  properties: Property[];
}

export interface Property {
  name: string;
  /** As it stands after the colon. */
  type: string;
  /** One line, without stars. */
  comment: string;
}

const NAMESPACE = /^export declare namespace ([\w.]+) \{/;
const INTERFACE = /^\s*(?:export )?interface (\w+) \{/;
const PROPERTY = /^\s*(?:readonly )?(\w+)\??: (.*)$/;
const COMMENT_LINE = /^\s*(?:\/\*\*|\*\/|\*)\s?(.*?)(?:\*\/)?$/;

export function parseDeclarations(source: string): Declaration[] {
  const found: Declaration[] = [];
  let namespace = "";
  let current: Declaration | undefined;
  let comment = "";
  for (const line of source.split("\n")) {
    const opening = INTERFACE.exec(line)?.[1];
    const space = NAMESPACE.exec(line)?.[1];
    if (space !== undefined) namespace = `${space}.`;
    else if (line === "}") [namespace, current] = ["", undefined];
    else if (opening !== undefined) {
      current = { name: namespace + opening, properties: [] };
      found.push(current);
      comment = "";
    } else if (current === undefined) continue;
    else if (/^\s*(\/\*\*|\*)/.test(line)) comment += `${COMMENT_LINE.exec(line)?.[1] ?? ""} `;
    else {
      const [, name, type] = PROPERTY.exec(line) ?? [];
      if (name !== undefined && type !== undefined)
        current.properties.push({ name, type, comment: comment.trim() });
      comment = "";
    }
  }
  return found;
}
