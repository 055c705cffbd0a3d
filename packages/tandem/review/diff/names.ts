/** How resources are called in a report: by their logical name. */
import { parseUrn } from "../../program/urns.ts";

export function resourceName(urn: string): string {
  return parseUrn(urn).name;
}

/** `aws:lambda/function:Function` → `aws.lambda.Function`, as it stands in a program. */
export function typeName(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const area = module.split("/")[0];
  return [pkg, area === "index" ? "" : area, name].filter((part) => part !== "").join(".");
}
