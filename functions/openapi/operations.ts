/** For the API description only: the handler needs none of it. */
import * as z from "zod/mini";
import type { Operation } from "../http/operation.ts";

export const readOpenapi = {
  summary: "Read this description",
  answers: { 200: z.looseObject({}) },
} satisfies Operation;
