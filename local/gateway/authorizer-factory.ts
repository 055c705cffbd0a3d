/** Gives each route of a program the authorizer that it declares. */
import type { Values } from "../../program/recording.ts";
import type { Api } from "./api.ts";
import { type Authorizer, OPEN } from "./authorizer.ts";

export class AuthorizerFactory {
  ofHttpRoute(_inputs: Values, _api: Api): Authorizer {
    return OPEN;
  }

  ofRestMethod(_inputs: Values, _api: Api): Authorizer {
    return OPEN;
  }
}
