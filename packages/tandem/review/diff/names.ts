/** How resources are called in a report: by their logical name. */
import { areaOf, readTypeToken } from "../../program/reading/type-token.ts";
import { parseUrn } from "../../program/urns.ts";

export function resourceName(urn: string): string {
  return parseUrn(urn).name;
}

/** `aws:lambda/function:Function` → `aws.lambda.Function`, as it stands in a program. */
export function typeName(type: string): string {
  const token = readTypeToken(type);
  const area = areaOf(token);
  return [token.provider, area === "index" ? "" : area, token.name].filter((part) => part !== "").join(".");
}
