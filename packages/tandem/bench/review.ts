/** What a reviewer waits for: this program compared with its last commit, and generated programs by size. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compare } from "../review/diff/compare.ts";
import { renderMarkdown } from "../review/report/markdown.ts";
import { compareRevisions } from "../review/revision/compare-revisions.ts";
import { judged } from "../review/revision/judged.ts";
import { recordStack } from "../review/revision/record.ts";
import { type Figure, median } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** A function, its role, the role's policy, a queue and its policy. */
const RESOURCES_OF_A_FUNCTION = 5;
const THOUSAND_FUNCTIONS = 1_000 * RESOURCES_OF_A_FUNCTION;

export async function measureReview({
  runs = 3,
  sizes = [100, 1_000, THOUSAND_FUNCTIONS],
} = {}): Promise<Figure[]> {
  const own = await medianTime(runs, () =>
    compareRevisions({ cwd: root, base: "HEAD", stack: "all", log: () => {} }),
  );
  const figures: Figure[] = [
    { what: "`npm run diff` of this program, both stacks", value: own, unit: "ms", limit: 2_000 },
  ];
  for (const size of sizes) {
    const value = await measureGenerated(size, runs);
    figures.push({
      what: `${size} generated resources, ${size / RESOURCES_OF_A_FUNCTION} functions among them, recorded twice and compared`,
      value,
      unit: "ms",
      ...(size === THOUSAND_FUNCTIONS ? { limit: 10_000 } : {}),
    });
  }
  return figures;
}

async function measureGenerated(size: number, runs: number): Promise<number> {
  const [before, after] = [generateProgram(size, 30), generateProgram(size, 60)];
  try {
    return await medianTime(runs, async () => {
      const [old, now] = await Promise.all([before, after].map((folder) => recordStack(folder, "dev")));
      if (old === undefined || now === undefined) throw new Error("The generated program was not recorded");
      const diff = compare(judged(old, []), judged(now, []));
      renderMarkdown({ base: { revision: "before", commit: "" }, notes: [], failures: [], diffs: [diff] });
    });
  } finally {
    rmSync(before, { recursive: true });
    rmSync(after, { recursive: true });
  }
}

/** The first run fills the compile cache and does not count. */
async function medianTime(runs: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await work();
    if (run > 0) taken.push(performance.now() - start);
  }
  return median(taken);
}

/** Functions, three resources of each differ by `seconds`. */
function generateProgram(size: number, seconds: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-generated-"));
  const files = {
    "Pulumi.yaml": "name: generated\nruntime: nodejs\nmain: index.ts\n",
    "Pulumi.dev.yaml": "config:\n  aws:region: eu-central-1\n",
    "package.json": '{ "type": "module" }\n',
    "index.ts": program(size / RESOURCES_OF_A_FUNCTION, seconds),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}

function program(functions: number, seconds: number): string {
  return `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

for (let n = 0; n < ${functions}; n++) {
  const queue = new aws.sqs.Queue(\`queue-\${n}\`, { visibilityTimeoutSeconds: ${seconds} });
  new aws.sqs.QueuePolicy(\`queue-\${n}\`, {
    queueUrl: queue.id,
    policy: pulumi.jsonStringify({ Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: queue.arn }] }),
  });
  const role = new aws.iam.Role(\`role-\${n}\`, { assumeRolePolicy: "{}" });
  new aws.iam.RolePolicy(\`policy-\${n}\`, {
    role: role.id,
    policy: pulumi.jsonStringify({
      Statement: [{ Effect: "Allow", Action: ["sqs:SendMessage", "sqs:A${seconds}"], Resource: queue.arn }],
    }),
  });
  new aws.lambda.Function(\`function-\${n}\`, {
    role: role.arn,
    timeout: ${seconds},
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1;") }),
    environment: { variables: { QUEUE: queue.id } },
  });
}
`;
}
