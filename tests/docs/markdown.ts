/** The pages of the project, and what in them can go stale: links, headings, commands. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { projectFiles } from "../../packages/tandem/scaffold/project-files.ts";

export const root = path.resolve(import.meta.dirname, "../..");

export interface Page {
  /** From the project's folder. */
  file: string;
  text: string;
}

/** Reports that tests expect are no pages: their links lead nowhere. */
export function pages(): Page[] {
  return projectFiles(root)
    .filter((file) => file.endsWith(".md") && !file.startsWith("tests/"))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), "utf8") }));
}

/** Targets of links and pictures that are no addresses of the web. */
export function relativeLinks(text: string): string[] {
  const prose = withoutCode(text);
  const inMarkdown = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const inHtml = [...prose.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)];
  return [...inMarkdown, ...inHtml]
    .flatMap(([, target]) => target ?? [])
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** What `#…` may name, as GitHub makes it of the headings. */
export function anchors(text: string): string[] {
  const headings = withoutFences(text).matchAll(/^#{1,6} +(.+?) *$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

export interface CodeBlock {
  /** As a person types them, one a line; empty where the block only shows something. */
  commands: string;
}

/** What the fences hold: all of `sh`, and of `console` what stands behind the prompt. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language, content = ""]) => {
    if (language === "sh") return { commands: content };
    const lines = language === "console" ? content.split("\n").filter((line) => line.startsWith("$ ")) : [];
    return { commands: lines.map((line) => line.slice(2)).join("\n") };
  });
}

/** Names after `npm run`, wherever they stand. */
export function scriptsNamed(text: string): string[] {
  return [...text.matchAll(/\bnpm run (?:(?:-s|--silent) )?([a-z][\w:-]*)/g)].flatMap(
    ([, name]) => name ?? [],
  );
}

function withoutFences(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, "");
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, "");
}
