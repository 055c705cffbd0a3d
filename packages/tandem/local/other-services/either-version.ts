/**
 * A port for both versions of HTTP. Clients of Kinesis, Bedrock and others speak version 2 from their first byte; by a server of
 * version 1 they are cut off with "Protocol error", which names nothing.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import { createServer, type Server, type Socket } from "node:net";

/** How a client of version 2 begins. */
const PREFACE = "PRI * HTTP/2.0";

export interface EitherVersion {
  server: Server;
  close(): Promise<void>;
}

/** What `http1` answers is answered in both. */
export function eitherVersion(http1: HttpServer): EitherVersion {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let made: Http2Server | undefined;
  const http2 = () => {
    made ??= secondVersion(http1, sessions);
    return made;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const begun = socket.read() as Buffer | null;
      if (begun === null) return;
      socket.unshift(begun);
      const isSecond = begun.toString("latin1", 0, PREFACE.length) === PREFACE;
      (isSecond ? http2() : http1).emit("connection", socket);
    });
  });
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // A session holds its socket: it goes first.
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Made when the first client speaks it: to load it costs a start 4 ms, and hardly any program needs it. */
function secondVersion(http1: HttpServer, sessions: Set<ServerHttp2Session>): Http2Server {
  const http2 = process.getBuiltinModule("node:http2").createServer((request, response) => {
    // By its name in version 1, as whoever looks at callers knows it.
    request.headers.host = request.authority;
    http1.emit("request", request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  return http2;
}
