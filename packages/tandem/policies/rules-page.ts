/** docs/policies.md: every rule in a table, written by `npm run policies -- --page` so that it is never out of date. */
import type { Rule } from "./rule.ts";

const INTRODUCTION = `# Policies

What this program is held to, in \`npm test\`, in the review of a change and, as a CrossGuard pack, by the engine itself:

\`\`\`sh
npm run policies -- --stack prod                                            # over the program, without any cloud
npm run pulumi -- preview --policy-pack policies --stack prod               # by the engine
\`\`\`

Only the *preview* with the pack prevents anything. The rules look at the whole stack, and an \`up\` knows the whole stack when everything
is made: what breaks a rule is told then, and is there. \`up --policy-pack policies\` makes a preview first; \`--skip-preview\` goes round it.

A preview does not know everything yet, and what it does not know it takes for good; the tests judge the same program with
everything known. Rules marked *prod* are asked for only where config \`production\` is true. A rule can be waived for one
resource in \`policies/waivers.ts\`, with a reason; those marked *never* cannot. This page is written by
\`npm run policies -- --page\`.
`;

export function rulesPage(rules: Rule[]): string {
  const rows = rules.map(({ id, title, remedy, standards, onlyInProduction, waivable }) =>
    row([
      `\`${id}\``,
      `${title}. ${remedy}`,
      standards.join(", "),
      onlyInProduction ? "prod" : "",
      waivable === false ? "never" : "",
    ]),
  );
  return [
    INTRODUCTION,
    row(["Rule", "What holds, and what to do when it does not", "Also known as", "Where", "Waived"]),
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
