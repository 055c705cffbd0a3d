/** For the API description only: the handler needs none of it. */
import * as z from "zod/mini";
import type { Operation } from "../http/operation.ts";

export const hello = { summary: "Say hello", answers: { 200: z.string() } } satisfies Operation;
