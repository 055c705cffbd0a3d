/** Functions whose code differs: how large it was and is, and which packages came and went. */

import { filesOf } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { type Contents, canonical, sha256 } from "../values/canonical.ts";
import type { CodeChange, CodeState } from "./diff.ts";
import { HASH_DIGITS } from "./shown.ts";

export interface Side {
  recording: Recording | undefined;
  contents: Contents;
}

interface Code {
  hash: string;
  bytes?: number;
  packages: string[];
}

/** Undefined on the side on which the function does not exist. */
export function compareCode(
  before: { function: RecordedResource; side: Side } | undefined,
  after: { function: RecordedResource; side: Side } | undefined,
): CodeChange[] {
  const [old, now] = [before, after].map((one) => one && codeOf(one.function, one.side));
  const name = (after ?? before)?.function.name;
  if (name === undefined || (old === undefined && now === undefined) || old?.hash === now?.hash) return [];
  return [
    {
      function: name,
      ...(old && { before: stateOf(old) }),
      ...(now && { after: stateOf(now) }),
      packagesAdded: without(now?.packages, old?.packages),
      packagesRemoved: without(old?.packages, now?.packages),
    },
  ];
}

function codeOf({ inputs }: RecordedResource, { recording, contents }: Side): Code | undefined {
  const { code, imageUri, s3Bucket, s3Key, s3ObjectVersion } = inputs;
  const elsewhere = [imageUri, s3Bucket, s3Key, s3ObjectVersion].filter((part) => part !== undefined);
  if (code === undefined) {
    return elsewhere.length === 0 ? undefined : { hash: sha256(JSON.stringify(elsewhere)), packages: [] };
  }
  const files = filesOf(code);
  const texts = files.flatMap(({ text }) => text ?? []);
  const hashes = new Set(texts.map(sha256));
  const build = recording?.builds.find(({ hash }) => hashes.has(hash));
  const bytes = build?.bytes ?? (texts.length === files.length ? lengthOf(texts) : undefined);
  const onDisk = files.flatMap(({ path = "" }) => contents[path] ?? []);
  return {
    hash: sha256([canonical(code, { type: "", path: "" }), ...onDisk].join()),
    packages: build?.packages ?? [],
    ...(bytes !== undefined && { bytes }),
  };
}

function lengthOf(texts: string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function stateOf({ hash, bytes }: Code): CodeState {
  return { hash: hash.slice(0, HASH_DIGITS), ...(bytes !== undefined && { bytes }) };
}

function without(packages: string[] = [], others: string[] = []): string[] {
  return packages.filter((name) => !others.includes(name)).sort();
}
