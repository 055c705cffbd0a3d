/** What recording costs: this project's program on both stacks without bundling, and generated programs by size. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordProgram } from "../program/record-program.ts";
import { median } from "./figures.ts";

export interface RecordFigures {
  /** Median of several runs, in milliseconds, by what was recorded. */
  milliseconds: Record<string, number>;
  /** Resources of each. */
  resources: Record<string, number>;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The compile cache is warm from the second run on, so the first one of each does not count. */
export async function measureRecording({ runs = 5, sizes = [100, 1000] } = {}): Promise<RecordFigures> {
  const figures: RecordFigures = { milliseconds: {}, resources: {} };
  for (const stack of ["dev", "prod"]) await measure(`this program, ${stack}`, root, stack, runs, figures);
  for (const size of sizes) {
    const cwd = generateProgram(size);
    try {
      await measure(`${size} generated resources`, cwd, "dev", runs, figures);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  }
  return figures;
}

async function measure(
  name: string,
  cwd: string,
  stack: string,
  runs: number,
  figures: RecordFigures,
): Promise<void> {
  const record = () => recordProgram({ cwd, stack, bundle: false });
  figures.resources[name] = (await record()).resources.length;
  const taken: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await record();
    taken.push(performance.now() - start);
  }
  figures.milliseconds[name] = Math.round(median(taken));
}

/** Queues with a policy each, so that half of the resources wait for the other half. */
function generateProgram(size: number): string {
  const cwd = mkdtempSync(join(tmpdir(), "generated-"));
  writeFileSync(join(cwd, "Pulumi.yaml"), "name: generated\nruntime: nodejs\n");
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(cwd, "index.ts"),
    `import * as aws from "@pulumi/aws";
for (let i = 0; i < ${size / 2}; i += 1) {
  const queue = new aws.sqs.Queue(\`queue-\${i}\`, { delaySeconds: 5 });
  new aws.sqs.QueuePolicy(\`policy-\${i}\`, { queueUrl: queue.url, policy: queue.arn });
}
`,
  );
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
  return cwd;
}
