// #region books or movies
/** Where the cases of the API run: they know requests and answers, not what is behind. */

export interface ApiRequest {
  method: string;
  /** As it stands in the request line: path and query, encoded. */
  target: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface ApiAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

export interface Backend {
  start(): Promise<void>;
  send(request: ApiRequest): Promise<ApiAnswer>;
  stop(): Promise<void>;
}

/** An API over HTTP. */
export async function sendOverHttp(baseUrl: string, request: ApiRequest): Promise<ApiAnswer> {
  const { method, target, headers, body } = request;
  const response = await fetch(baseUrl + target, {
    method,
    ...(headers && { headers }),
    ...(body && { body }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
