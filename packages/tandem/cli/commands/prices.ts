/** `npm run prices`: reads AWS's public price list and writes the price files of regions. */

import path from "node:path";
import { differences } from "../../review/cost/offers/differences.ts";
import { generatePrices } from "../../review/cost/offers/generate.ts";
import { AWS_ADDRESS } from "../../review/cost/offers/read-offer.ts";
import {
  type AwsPrices,
  awsPricesIn,
  generatedFolder,
  regionsIn,
  typedFolder,
} from "../../review/cost/prices/prices.ts";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { common, explainedBy, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("prices", args, {
    region: { type: "list", does: "Regions to write", default: [] },
    from: { type: "string", does: "Address or folder of the price list", default: AWS_ADDRESS },
    verbose: common.verbose,
  });
  if (options.region.length === 0) throw new UserError(`--region is missing.\n${explainedBy("prices")}`);
  const date = new Date().toISOString().slice(0, "2026-11-23".length);
  for (const region of options.region) {
    const prices = await generatePrices(options.from, checked(region), date);
    console.log(`Wrote ${write(region, prices)}.`);
    for (const line of warnings(region, prices)) console.log(line);
  }
  return 0;
}

/** It becomes part of an address and of a file's name. */
function checked(region: string): string {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) return region;
  throw new UserError(
    `--region ${JSON.stringify(region)} is no region of AWS, e.g. eu-west-1.\n${explainedBy("prices")}`,
  );
}

function write(region: string, prices: AwsPrices): string {
  const file = path.join(generatedFolder, `${region}.json`);
  writeByRename(file, `${JSON.stringify(prices, null, 2)}\n`);
  return path.relative(process.cwd(), file);
}

function warnings(region: string, generated: AwsPrices): string[] {
  if (!regionsIn(typedFolder).includes(region)) return [];
  return differences(awsPricesIn(typedFolder, region), generated).map(
    ({ path: figure, typed, generated: now }) => `  ${figure}: ${typed} was typed by hand, AWS says ${now}`,
  );
}
