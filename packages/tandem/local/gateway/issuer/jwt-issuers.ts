/** The JWT authorizers of a program: whose tokens its routes take, and with which scopes. */

import { ofType } from "../../../program/reading/resources.ts";
import { object, text, texts } from "../../../program/reading/value.ts";
import type { Recording } from "../../../program/recording.ts";

export interface DeclaredIssuer {
  /** Logical name of the authorizer. */
  name: string;
  issuer: string;
  audiences: string[];
  /** Every scope that a route of this authorizer asks for, sorted. */
  scopes: string[];
}

export function jwtIssuers(recording: Recording): DeclaredIssuer[] {
  const routes = ofType(recording, "aws:apigatewayv2/route:Route");
  return ofType(recording, "aws:apigatewayv2/authorizer:Authorizer").flatMap(({ id, name, inputs }) => {
    const configuration = object(inputs.jwtConfiguration);
    const issuer = text(configuration.issuer);
    if (issuer === undefined) return [];
    const scopes = routes
      .filter((route) => text(route.inputs.authorizerId) === id)
      .flatMap((route) => texts(route.inputs.authorizationScopes));
    return {
      name,
      issuer,
      audiences: texts(configuration.audiences),
      scopes: [...new Set(scopes)].sort(),
    };
  });
}
