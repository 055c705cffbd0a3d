/** What a service is made of: this program, and of its tests those that need nothing but the tool as it is installed. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";

/** Paths from the project's folder. */
const taken = [
  /^(index\.ts|openapi\.json|LICENSE|Pulumi\.[\w.-]*yaml|\.gitignore|\.editorconfig)$/,
  /^(infra|functions|data|policies|bin)\//,
  /^packages\/components\/(?!docs\/|tests\/)/,
  /^tests\/functions\/support\/(context|event)\.ts$/,
  // One file a subject, called after it.
  /^tests\/functions\/([\w-]+)\/\1\.test\.ts$/,
];

export const isOfService = (file: string): boolean => taken.some((pattern) => pattern.test(file));

/** What of the project's tests and tools a service needs itself. */
const developed = [
  ...["@biomejs/biome", "@smithy/types", "@types/aws-lambda", "@types/mocha", "@types/node"],
  ...["@typescript/native", "mocha", "mongodb", "node", "typescript"],
];

interface Manifest {
  version: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

/**
 * @param tarball of the tool, from the service's folder
 * @param commands of the tool, by the names of their npm scripts
 */
export function manifestOf(
  root: string,
  name: string,
  tarball: string,
  commands: Readonly<Record<string, string>>,
): object {
  const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest;
  const { version, license, engines, dependencies, devDependencies, allowScripts } = own;
  const tools = Object.entries(devDependencies).filter(([known]) => developed.includes(known));
  return {
    name,
    version,
    private: true,
    description: `The service ${name}`,
    license,
    type: "module",
    engines,
    scripts: Object.fromEntries(
      Object.entries(commands).map(([script, command]) => [script, `exec tandem ${command}`]),
    ),
    dependencies,
    devDependencies: Object.fromEntries(
      [...tools, ["pulumi-tandem", `file:${tarball}`]].sort(([one = ""], [other = ""]) =>
        one < other ? -1 : 1,
      ),
    ),
    allowScripts,
  };
}

/** Settings of the checkout without the folders that a service does not have. */
export function settingsOf(root: string): Record<string, string> {
  const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), "utf8"));
  const types = read("tsconfig.json");
  types.include = ["index.ts", "bin", "infra", "functions", "data", "policies", "tests", "packages"];
  types.exclude = ["node_modules"];
  const style = read("biome.json");
  style.vcs.enabled = false;
  style.files.includes = ["**", "!data/*.json", "!openapi.json", "!docs", "!**/*.md", "!vendor", "!.local"];
  // The first test waits until the program runs with its stores.
  const tests = { timeout: 180_000, exit: true, reporter: "dot" };
  const text = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return { "tsconfig.json": text(types), "biome.json": text(style), ".mocharc.json": text(tests) };
}

export function readmeOf(name: string, tarball: string): string {
  return `# ${name}

A serverless API, declared in \`index.ts\` with the components of \`packages/components/\`, set up in \`infra/\`; its handlers are in \`functions/\`.

    npm install     once
    npm start       runs it on this machine, without a cloud account
    npm test        types, lint and format, then the tests
    npm run new     adds a function, table, queue, schedule, bucket or collection; \`npm run remove\` takes it away
    npm run help    every command, from \`diff\` to \`doctor\`, which says what a deployment needs

The tool is \`${tarball}\`: for a published one \`npm install --save-dev pulumi-tandem@<version>\`, and delete \`vendor/\`.
`;
}

/** Pulumi.yaml of the service: what `pulumi new` asks for is asked no more. */
export function withoutTemplate(text: string): string {
  const document = parseDocument(text);
  document.delete("template");
  return document.toString({ lineWidth: 0 });
}

/** The Pulumi CLI fills them in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: not by us
export const OPEN_NAME = "${PROJECT}";
// biome-ignore lint/suspicious/noTemplateCurlyInString: not by us
const OPEN_DESCRIPTION = "${DESCRIPTION}";

/** Pulumi.yaml of a template. */
export function withOpenDescription(text: string): string {
  const document = parseDocument(text);
  document.set("description", OPEN_DESCRIPTION);
  return document.toString({ lineWidth: 0 });
}

/** package.json of a template. */
export function withOpenName(text: string): string {
  const manifest = { ...JSON.parse(text), name: OPEN_NAME, description: OPEN_DESCRIPTION };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
