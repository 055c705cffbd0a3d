import openapi from "../../openapi.json" with { type: "json" };

const answer = {
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(openapi),
};

/** The description of this API, as it was generated and checked in (`npm run openapi`). */
export async function handler() {
  return answer;
}
