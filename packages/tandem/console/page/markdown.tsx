/** What dashboards use of Markdown, as elements of the page: text never becomes HTML. */
import type { ComponentChildren } from "preact";

export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{blocksOf(text.split("\n"))}</div>;
}

function blocksOf(lines: readonly string[]): ComponentChildren[] {
  const blocks: ComponentChildren[] = [];
  for (let at = 0; at < lines.length; ) {
    const until = (isPart: (line: string) => boolean): string[] => {
      const from = at;
      while (at < lines.length && isPart(lines[at] ?? "")) at++;
      return lines.slice(from, at);
    };
    const line = lines[at] ?? "";
    const heading = /^(#{1,6}) +(.*)$/.exec(line);
    const key = at;
    if (line.trim() === "") at++;
    else if (heading) {
      at++;
      blocks.push(
        <p key={key} class={`heading heading-${heading[1]?.length}`}>
          <strong>{inline(heading[2] ?? "")}</strong>
        </p>,
      );
    } else if (line.startsWith("```")) {
      at++;
      const code = until((one) => !one.startsWith("```"));
      at++;
      blocks.push(<pre key={key}>{code.join("\n")}</pre>);
    } else if (LIST.test(line)) {
      blocks.push(
        <ul key={key}>
          {until((one) => LIST.test(one)).map((item, index) => (
            <li key={index}>{inline(item.replace(LIST, ""))}</li>
          ))}
        </ul>,
      );
    } else if (line.startsWith("|")) {
      blocks.push(<Grid key={key} rows={until((one) => one.startsWith("|")).map(cellsOf)} />);
    } else {
      blocks.push(
        <p key={key}>
          {inline(
            until((one) => one.trim() !== "" && !/^#{1,6} |^```|^\|/.test(one) && !LIST.test(one)).join(" "),
          )}
        </p>,
      );
    }
  }
  return blocks;
}

const LIST = /^\s*(?:[-*+]|\d+\.) +/;

function Grid({ rows: [head = [], ...rest] }: { rows: string[][] }) {
  const body = rest.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={index} scope="col">
              {inline(cell)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((cells, row) => (
          <tr key={row}>
            {cells.map((cell, index) => (
              <td key={index}>{inline(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    const [all, code, bold, slanted, label, address] = found;
    parts.push(text.slice(from, found.index));
    from = found.index + all.length;
    const key = found.index;
    if (code !== undefined) parts.push(<code key={key}>{code}</code>);
    else if (bold !== undefined) parts.push(<strong key={key}>{bold}</strong>);
    else if (slanted !== undefined) parts.push(<em key={key}>{slanted}</em>);
    else parts.push(<Link key={key} address={address ?? ""} label={label ?? ""} />);
  }
  return [...parts, text.slice(from)];
}

/** Only to the web: an address of another kind could run something. */
function Link({ address, label }: { address: string; label: string }) {
  if (!/^https?:\/\//.test(address)) return <>{label}</>;
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {label}
    </a>
  );
}
