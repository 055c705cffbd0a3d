/** Lines of index.ts, in the shape the others have. */

export interface FunctionDeclaration {
  name: string;
  entry: string;
  links: readonly string[];
  /** What it takes its memory, log level and so on from. */
  settings: "answering" | "settings.functions";
  /** Seconds; left out, the settings say. */
  timeout?: number;
}

export function lambdaFunction({ name, entry, links, settings, timeout }: FunctionDeclaration): string {
  return [
    `const ${name} = new LambdaFunction("${name}", {`,
    `  ...${settings},`,
    `  entry: "${entry}",`,
    ...(links.length > 0 ? [`  links: [${links.join(", ")}],`] : []),
    ...(timeout === undefined ? [] : [`  timeout: ${timeout},`]),
    "});",
  ].join("\n");
}

export interface Key {
  name: string;
  type: "S" | "N" | "B";
}

export function dynamoTable(name: string, partitionKey: Key, sortKey?: Key): string {
  const key = ({ name, type }: Key): string => `{ name: "${name}", type: "${type}" }`;
  return [
    `const ${name} = new DynamoTable("${name}", {`,
    "  ...settings.tables,",
    `  partitionKey: ${key(partitionKey)},`,
    ...(sortKey ? [`  sortKey: ${key(sortKey)},`] : []),
    "});",
  ].join("\n");
}

export function bucket(name: string): string {
  return `const ${name} = new Bucket("${name}", settings.buckets);`;
}

/** A collection in the cluster that a variable of the program holds. */
export function atlasCollection(name: string, cluster: string): string {
  return `const ${name} = new AtlasCollection("${name}", { cluster: ${cluster} });`;
}

/** A cluster with a database of this name, and the network in which its functions live where the stage has one. */
export function atlasDatabase(name: string): string {
  return `const network = settings.network && new Network("network", settings.network);
const ${name} = new AtlasDatabase("${name}", { ...settings.database, network });`;
}

/** What a deployed cluster is found by. */
export function atlasOutputs(name: string): string {
  return `export const connectionString = ${name}.connectionString;
export const { due } = ${name};`;
}

export function queue(name: string): string {
  return `const ${name} = new Queue("${name}");`;
}

export function queueEventSource(queueName: string, functionName: string): string {
  return `new QueueEventSource("${queueName}", { queue: ${queueName}, function: ${functionName} });`;
}

export function schedule(name: string, functionName: string, expression: string): string {
  return `new Schedule("${name}", { function: ${functionName}, expression: "${expression}" });`;
}
