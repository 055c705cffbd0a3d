/** Raw sockets: requests that no HTTP client would send. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // a reset is one of the ways in which a server may end a connection
  await once(socket, "connect");
  return socket;
}

/** Everything until the server closes. */
export function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** Sends a text and waits until the server closes. */
export async function exchange(port: number, text: string): Promise<string> {
  const socket = await connected(port);
  socket.write(text, "latin1");
  return received(socket);
}
