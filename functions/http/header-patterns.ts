/** What the headers that operations honour may say, for the API description. */
import { IF_MATCH_PATTERN } from "./entity-tag.ts";
import { KEY_PATTERN } from "./idempotency-key.ts";

export const headerPatterns = { ifMatch: IF_MATCH_PATTERN, idempotencyKey: KEY_PATTERN };
