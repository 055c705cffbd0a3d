/** What AWS allows an API to have unless it is asked for more. */

import { ofType } from "../../../program/reading/resources.ts";
import { V2_API } from "../../../program/reading/v2-apis.ts";
import { text } from "../../../program/reading/value.ts";
import type { Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";

const COUNTED = [
  { type: "aws:apigatewayv2/route:Route", what: "routes" },
  { type: "aws:apigatewayv2/integration:Integration", what: "integrations" },
] as const;

/** A line for each quota that the program goes beyond: it runs here, and is refused in the cloud. */
export function quotaWarnings(recording: Recording): string[] {
  return ofType(recording, V2_API).flatMap(({ id, name }) =>
    COUNTED.flatMap(({ type, what }) => {
      const count = ofType(recording, type).filter(({ inputs }) => text(inputs.apiId) === id).length;
      if (count <= limits.apiGateway.mostRoutes) return [];
      return `API ${name} has ${count} ${what}; AWS allows ${limits.apiGateway.mostRoutes} unless the account's quota is raised.`;
    }),
  );
}
