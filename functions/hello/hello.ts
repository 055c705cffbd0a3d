/** Shows that the API is up. Takes nothing from the helper, so that its bundle stays as small as a function can be. */
export async function handler() {
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify("Hello from Lambda!"),
  };
}
