/** REST APIs whose one integration is no proxy. */
import type { RecordedResource, Recording, Values } from "../../../../../program/recording.ts";
import { API_ID, type RestProgram, resource, restProgram } from "../../programs.ts";

export interface MappedProgram extends Pick<RestProgram, "api" | "stage" | "more"> {
  key: string;
  /** Of the integration. */
  integration: Values;
  /** Of its responses; a default one with status 200 where nothing is said. */
  responses?: Values[];
}

export function mappedProgram({ key, integration, responses, ...rest }: MappedProgram): Recording {
  const program = restProgram({ methods: { [key]: "f" }, ...rest });
  const resources = program.resources.map((one) =>
    one.type === "aws:apigateway/integration:Integration" && one.name === key
      ? { ...one, inputs: { ...one.inputs, ...integration } }
      : one,
  );
  return { ...program, resources: [...resources, ...responsesOf(resources, responses)] };
}

function responsesOf(
  resources: RecordedResource[],
  responses: Values[] = [{ statusCode: "200" }],
): RecordedResource[] {
  const { httpMethod = "", resourceId = "" } =
    resources.find(({ type }) => type === "aws:apigateway/method:Method")?.inputs ?? {};
  return responses.map((inputs, at) =>
    resource("aws:apigateway/integrationResponse:IntegrationResponse", `response${at}`, {
      restApi: API_ID,
      resourceId,
      httpMethod,
      ...inputs,
    }),
  );
}
