/** Layers of a function and code in a bucket: both are found where the program declares them. */
import path from "node:path";
import { declared } from "../../program/reading/resources.ts";
import { archive, asset, text, texts } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../program/recording.ts";
import { type UnpackedCode, unpackCode, unpackOver } from "./unpack.ts";

export const LAYER = "aws:lambda/layerVersion:LayerVersion";
const OBJECTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"];
/** Layer of AWS's own whose address the run answers at itself; its number and account differ from region to region. */
export const EXTENSION_LAYER = /:layer:AWS-Parameters-and-Secrets-Lambda-Extension(-Arm64)?:\d+$/;

/** What stands in an archive of the program, or why it does not. */
type Found = { code: Value } | { why: string };

/** Code of each layer in the order of declaration; a later one goes over those before it. */
export function layersOf({ layers }: Values, recording: Recording): Found[] {
  return texts(layers)
    .filter((arn) => !EXTENSION_LAYER.test(arn))
    .map((arn) => {
      const layer = declared(recording, LAYER).find(({ outputs }) => text(outputs.arn) === arn);
      return layer
        ? codeOf(layer, recording)
        : { why: `its layer ${arn} is missing: it is none of this program` };
    });
}

/** Of a function or a layer. */
export function codeOf({ inputs }: Pick<RecordedResource, "inputs">, recording: Recording): Found {
  const bucket = text(inputs.s3Bucket);
  const given = bucket === undefined ? inputs.code : inBucket(bucket, text(inputs.s3Key) ?? "", recording);
  if (given === undefined && bucket !== undefined)
    return { why: `its code ${text(inputs.s3Key) ?? ""} lies in bucket ${bucket}, not in the program` };
  const code = archive(given);
  if (!code || given === undefined) return { why: "its code is not an archive of the program" };
  return code.uri ? { why: `its code lies at ${code.uri}, not in the program` } : { code: given };
}

/** A zip file may be an asset as well as an archive. */
function inBucket(bucket: string, key: string, recording: Recording): Value | undefined {
  const object = OBJECTS.flatMap((type) => declared(recording, type)).find(
    ({ inputs, outputs }) =>
      text(inputs.bucket) === bucket && (text(inputs.key) ?? text(outputs.key)) === key,
  );
  const source = object?.inputs.source;
  const file = asset(source)?.path;
  return file === undefined ? source : { $: "archive", path: file };
}

/** Folder that the function sees as /opt; undefined without layers. */
export async function unpackLayers(
  layers: readonly Value[],
  cwd: string,
  folder: string,
): Promise<UnpackedCode | undefined> {
  const unpacked: UnpackedCode[] = [];
  for (const code of layers) unpacked.push(await unpackCode(code, cwd, folder));
  return unpacked.length < 2 ? unpacked[0] : unpackOver(unpacked, folder);
}

/** Where `require` and `import` look in layers, in Lambda's order. @param runtime `nodejs24.x`, `python3.12` */
export function layerPackages(root: string, runtime: string): string[] {
  const [language, version] = [runtime.slice(0, LANGUAGE_LETTERS), runtime.slice(LANGUAGE_LETTERS)];
  const folders =
    language === "python"
      ? [`python/lib/python${version}/site-packages`, "python"]
      : [`nodejs/node${version.replace(/\.x$/, "")}/node_modules`, "nodejs/node_modules"];
  return folders.map((part) => path.join(root, part));
}

/** Both `nodejs` and `python`. */
const LANGUAGE_LETTERS = 6;
