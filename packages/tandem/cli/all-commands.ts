/** What every command is for: shown by `npm run help`, by its own `--help`, and in the one table of docs/commands.md. */

export interface CommandHelp {
  /** Name of the npm script. */
  script: string;
  /** One sentence. */
  does: string;
  /** It is of use in the checkout of the tool alone. */
  isForDevelopers?: true;
  /** What stands behind `--`; more than one line where there are several ways. */
  usage?: readonly string[];
  /** Each runs as it stands. */
  examples: readonly string[];
}

const mocha = ["[mocha's options]"];

/** In the order in which a person meets them; the key is the file in `commands/`. */
export const allCommands = {
  start: {
    script: "start",
    does: "Runs the program on this machine until Ctrl-C.",
    examples: ["npm start", "npm start -- --port 0 --reset"],
  },
  invoke: {
    script: "invoke",
    does: "Runs one function without the gateway; the answer goes to stdout, the log to stderr.",
    usage: ["<function> [options]", '--route "GET /path" [options]'],
    examples: [
      "npm run invoke -- hello",
      'npm run invoke -- --route "GET /hello"',
      "npm run invoke -- takeOrder --sample sqs",
    ],
  },
  where: {
    script: "where",
    does: "Says where in the sources it is that a deployed function's log names; without arguments it reads what is piped.",
    usage: ["<frame or line of a log> [options]"],
    examples: [
      "npm run where -- index.js:30:1730 --function readOrder",
      'npm run where -- \'{"level":"ERROR","function_name":"tandem-prod-readOrder",…}\'',
      "aws logs tail /aws/lambda/tandem-prod-readOrder --since 1h | npm run --silent where",
      "npm run where -- --revision v1.2.0 '<line>'",
    ],
  },
  token: {
    script: "token",
    does: "Makes a token that the JWT authorizers of the local run take, and prints it alone.",
    examples: ['npm run --silent token -- --scope "orders:read orders:write"'],
  },
  seed: {
    script: "seed",
    does: "Loads the sample data into a deployed stack, or into the local run with --local.",
    examples: ["npm run seed -- --local --only orders"],
  },
  env: {
    script: "env",
    does: "Prints what one's own tools need to reach the stores of the local run: endpoints, region, keys.",
    examples: [
      'eval "$(npm run --silent env)" && aws dynamodb list-tables',
      "npm run --silent env -- --json",
    ],
  },
  tables: {
    script: "tables",
    does: "Lists the tables of the local run, shows their items, puts and deletes some.",
    usage: [
      "[list]",
      "scan <table> [--limit 25]",
      "query <table> <key>",
      "get <table> <key>",
      "put <table> <item>",
      "delete <table> <key>",
    ],
    examples: [
      "npm run tables",
      "npm run --silent tables -- scan orders --limit 3",
      'npm run --silent tables -- query orders \'{"customer": "ann"}\'',
    ],
  },
  queue: {
    script: "queue",
    does: "Lists the queues of the local run, shows their messages without taking any, sends, brings dead letters back.",
    usage: [
      "[list]",
      "peek <queue> [--limit 10]",
      "send <queue> <body> [--group <name>]",
      "redrive <queue of dead letters> [--to <queue>]",
      "purge <queue>",
    ],
    examples: ["npm run queue", "npm run --silent queue -- peek changes-dead-letters"],
  },
  bucket: {
    script: "bucket",
    does: "Lists the buckets of the local run and their objects, gets, puts and deletes some.",
    usage: [
      "[list] [<bucket>] [<beginning of keys>]",
      "get <bucket> <key> [<file>]",
      "put <bucket> <key> <file>",
      "delete <bucket> <key>",
    ],
    examples: ["npm run bucket", "npm run bucket -- put imports new/orders.json data/orders.json"],
  },
  parity: {
    script: "parity",
    does: "Says of every resource of the program what the local run does with it.",
    examples: ["npm run parity", "npm run parity -- --stack prod --json"],
  },
  doctor: {
    script: "doctor",
    does: "Says what is here and what is missing for the local run, the tests and a deployment.",
    examples: ["npm run doctor", "npm run doctor -- --stack prod --online"],
  },
  test: {
    script: "test",
    does: "Checks types, lint and format, then runs the tests; of some tests only, nothing is run before them.",
    usage: ["[--again] [files or folders] [mocha's options]"],
    examples: [
      "npm test",
      "npm test -- --again",
      'npm test -- --grep "StateFolder" --reporter spec',
      "npm test -- tests/functions/orders",
    ],
  },
  "test-api": {
    script: "test:api",
    isForDevelopers: true,
    does: "Runs the cases of the API alone, against a deployed stack where API_URL names one.",
    usage: mocha,
    examples: ["npm run test:api", "API_URL=http://127.0.0.1:3000 npm run test:api"],
  },
  "test-engine": {
    script: "test:engine",
    isForDevelopers: true,
    does: "Runs this project under a real Pulumi engine, with clouds of its own behind it.",
    usage: mocha,
    examples: ['npm run test:engine -- --grep "recover"'],
  },
  format: {
    script: "format",
    does: "Formats, sorts imports and mends what can be mended, in place.",
    examples: ["npm run format"],
  },
  new: {
    script: "new",
    does: "Adds a function, table, queue, schedule, bucket or collection to the program, or makes a service of one's own from it.",
    usage: [
      'function <name> "<METHOD /path>" [--link …]',
      "table <name> [--key id:S] [--sort-key date:S]",
      "queue <name> <function> [--link …]",
      'schedule <name> <function> "rate(1 hour)" [--link …]',
      "bucket <name>",
      "collection <name>",
      "service <folder> [--empty] [--name …] [--region …] [--config …]",
    ],
    examples: ['npm run new -- function readNotes "GET /notes" --link orders.read'],
  },
  remove: {
    script: "remove",
    does: "Takes away what `new` made, or a whole subject, with all that is called after it.",
    usage: ["function|table|queue|schedule|bucket|collection|subject <name>"],
    examples: ["npm run remove -- function readOrder", "npm run remove -- subject orders"],
  },
  openapi: {
    script: "openapi",
    does: "Writes the API's description and the collection of requests anew.",
    examples: ["npm run openapi"],
  },
  graph: {
    script: "graph",
    does: "Draws the program as it is declared, and its dashboard where it has one.",
    examples: ["npm run graph", "npm run graph -- --stack dev --out /tmp"],
  },
  diff: {
    script: "diff",
    does: "Compares the program of the working tree with another revision's: what is replaced, allowed, broken, and costs more.",
    examples: ["npm run diff", "npm run diff -- --base HEAD --stack prod --markdown"],
  },
  cost: {
    script: "cost",
    does: "Says what a month of a stack costs, from its recorded program.",
    examples: ["npm run cost", "npm run cost -- --requests 5000000 --no-free-tier"],
  },
  policies: {
    script: "policies",
    does: "Judges the program of a stack by every rule; exit code 1 when one is broken.",
    examples: ["npm run policies", "npm run policies -- --page"],
  },
  rehearse: {
    script: "rehearse",
    does: "Checks all that can be known of a deployment before there is an account.",
    examples: ["npm run rehearse -- --stack dev --without-engine"],
  },
  pulumi: {
    script: "pulumi",
    does: "Runs the Pulumi CLI with the Node that the program needs; everything behind -- is Pulumi's own.",
    usage: ["<what the Pulumi CLI takes>"],
    examples: ["npm run pulumi -- preview --stack dev", "npm run pulumi -- help"],
  },
  outputs: {
    script: "outputs",
    does: "Says what a deployed stack consists of and how to reach it.",
    examples: ["npm run outputs -- --stack dev"],
  },
  recover: {
    script: "recover",
    does: "Brings the state of a stack back in step after a deployment that was killed.",
    examples: ["npm run recover -- --stack dev --dry-run"],
  },
  bench: {
    script: "bench",
    isForDevelopers: true,
    does: "Measures what the docs promise, as Markdown tables.",
    examples: ["npm run bench -- --only start,gateway"],
  },
  prices: {
    script: "prices",
    isForDevelopers: true,
    does: "Reads AWS's public price list and writes the price files of regions.",
    examples: ["npm run prices -- --region eu-west-1"],
  },
  "provider-facts": {
    script: "provider-facts",
    isForDevelopers: true,
    does: "Reads the comments of the installed SDKs and writes what they say of replacements and sets.",
    examples: ["npm run provider-facts"],
  },
  "managed-policies": {
    script: "managed-policies",
    isForDevelopers: true,
    does: "Takes AWS's own policies anew from the package that follows them, reduced to what is judged here.",
    examples: ["npm run managed-policies"],
  },
  help: {
    script: "help",
    does: "Lists the commands, or explains one.",
    usage: ["[command]"],
    examples: ["npm run help", "npm run help -- start"],
  },
} as const satisfies Record<string, CommandHelp>;

export type CommandName = keyof typeof allCommands;

export function usageOf(help: CommandHelp): string {
  return (help.usage ?? ["[options]"]).map((way) => `${npmCommand(help)} -- ${way}`).join("\n       ");
}

/** Those of a service, as names of npm scripts with their commands; `dev` is a second name of `start`. */
export function scriptsOfService(): Record<string, string> {
  const all = Object.entries<CommandHelp>(allCommands).filter(([, { isForDevelopers }]) => !isForDevelopers);
  const named = all.map(([name, { script }]) => [script, name]);
  return Object.fromEntries([...named, ["dev", "start"]]);
}

/** `npm start`, `npm run diff`. */
export function npmCommand({ script }: CommandHelp): string {
  return script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
}

/** docs/commands.md */
export function commandsPage(): string {
  const rows = Object.values<CommandHelp>(allCommands).map(
    (help) => `| \`${npmCommand(help)}\` | ${help.does} |`,
  );
  return `# Commands

\`npm run help\` prints this table; \`npm run help -- start\`, or \`npm start -- --help\`, explains one command with its options, their
defaults and examples. What stands behind \`--\` is the command's own, what stands before it is npm's. \`npm run dev\` is \`npm start\`.

| command | what it does |
| --- | --- |
${rows.join("\n")}

npm completes the names in a shell: \`source <(npm completion)\`.
`;
}
