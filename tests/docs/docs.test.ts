import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectFiles } from "../../packages/tandem/scaffold/project-files.ts";
import { anchors, pages, relativeLinks, root, scriptsNamed } from "./markdown.ts";

const all = pages();
const TOOL = "packages/tandem/";

describe("pages", () => {
  it("have links that lead to files of the project, and to headings in them", () => {
    const broken = all.flatMap(({ file, text }) =>
      relativeLinks(text)
        .filter((link) => !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it("name only commands that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const unknown = all.flatMap(({ file, text }) =>
      scriptsNamed(text)
        .filter((name) => !(name in scripts))
        .map((name) => `${file}: npm run ${name}`),
    );
    assert.deepEqual(unknown, []);
  });

  it("of the tool lead to nothing outside its package, since they are packed with it", () => {
    const outside = all
      .filter(({ file }) => file.startsWith(TOOL))
      .flatMap(({ file, text }) =>
        relativeLinks(text)
          .filter((link) => !targetOf(file, link).startsWith(TOOL))
          .map((link) => `${file}: ${link}`),
      );
    assert.deepEqual(outside, []);
  });

  it("of docs/ are all reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const file of reached) {
      for (const link of relativeLinks(all.find((page) => page.file === file)?.text ?? "")) {
        const target = targetOf(file, link);
        if (target.endsWith(".md")) reached.add(target);
      }
    }
    const lost = all
      .map(({ file }) => file)
      .filter((file) => /^(packages\/[^/]+\/)?docs\/[^/]+\.md$/.test(file) && !reached.has(file));
    assert.deepEqual(lost, []);
  });
});

describe("page of the first deployment", () => {
  it("begins with what can be known before there is an account", () => {
    const { text = "" } = all.find(({ file }) => file === "docs/first-deployment.md") ?? {};
    const [first = ""] = /^## .*$[\s\S]*?`[^`]+`/m.exec(text) ?? [];
    assert.match(first, /`npm run rehearse -- --stack prod`$/);
  });
});

describe("comments", () => {
  it("name decisions that are there, from the project's folder or from their package's", () => {
    const lost = projectFiles(root)
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .flatMap((file) => {
        const [home = ""] = /^packages\/[^/]+\//.exec(file) ?? [];
        const named =
          readFileSync(path.join(root, file), "utf8").match(/[\w/]*docs\/decisions\/\d[\w-]+\.md/g) ?? [];
        return named
          .filter((page) => !existsSync(path.join(root, page)) && !existsSync(path.join(root, home, page)))
          .map((page) => `${file}: ${page}`);
      });
    assert.deepEqual(lost, []);
  });
});

describe("the program", () => {
  it("has at most 200 files, besides its packages", () => {
    const files = projectFiles(root).filter((file) => !file.startsWith("packages/"));
    assert.ok(files.length <= 200, `${files.length} files lie outside packages/`);
  });
});

describe("markdown", () => {
  it("finds links in prose, pictures and HTML, and none in code or to the web", () => {
    const text = [
      'See [a](a.md#top) and ![b](<b.svg>), <img src="c.svg">, [web](https://example.com/d.md).',
      "`[not](e.md)`",
      "```sh",
      "echo [not](f.md)",
      "```",
    ].join("\n");
    assert.deepEqual(relativeLinks(text), ["a.md#top", "b.svg", "c.svg"]);
  });

  it("makes anchors of headings as GitHub does", () => {
    assert.deepEqual(
      anchors("# A killed `pulumi up`, and locks\n\n```\n# no heading\n```\n## [Née](x.md) *now*"),
      ["a-killed-pulumi-up-and-locks", "née-now"],
    );
  });

  it("finds commands with and without --silent", () => {
    assert.deepEqual(scriptsNamed("`npm run --silent test:api -- x` and npm run graph."), [
      "test:api",
      "graph",
    ]);
  });
});

function targetOf(file: string, link: string): string {
  const [target = ""] = link.split("#");
  return target === "" ? file : path.join(path.dirname(file), decodeURIComponent(target));
}

function leadsSomewhere(file: string, link: string): boolean {
  const target = targetOf(file, link);
  if (target.startsWith("..") || !existsSync(path.join(root, target))) return false;
  const [, anchor] = link.split("#");
  const page = all.find((candidate) => candidate.file === target);
  return anchor === undefined || page === undefined || anchors(page.text).includes(anchor);
}
