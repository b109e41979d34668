import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

// For tests: servers that people are told by.

/** What an HTTP server got. */
export type Got = { path: string; headers: IncomingMessage["headers"]; body: string };

/** A server on this machine that takes messages, or does whatever else it is told to. */
export class HttpReceiver {
  readonly got: Got[] = [];
  answer: (response: ServerResponse, got: Got) => void = (response) => response.end("taken");
  #server: Server | null = null;

  async start(port = 0): Promise<this> {
    const server = createServer(async (request, response) => {
      const got = { path: request.url ?? "", headers: request.headers, body: await text(request) };
      this.got.push(got);
      this.answer(response, got);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    const { port } = addressOf(this.#server);
    return `http://127.0.0.1:${port}`;
  }

  /** What the messages say, as JSON. */
  get said(): Record<string, unknown>[] {
    return this.got.map(({ body }) => JSON.parse(body));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }
}

function addressOf(server: Pick<Server, "address"> | null): AddressInfo {
  const address = server?.address();
  if (!address || typeof address === "string") throw new Error("This server has not been started.");
  return address;
}

/** A mail server on this machine. */
export class MailReceiver {
  readonly got: { from: string; to: string[]; text: string }[] = [];
  /** What it refuses with; null where it takes everything. */
  refusal: string | null = null;
  /** Nobody of this name has a mailbox there. */
  unknown: string | null = null;
  readonly #server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"], allowInsecureAuth: true, logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === "halfway" && password === "right"
        ? done(null, { user: username })
        : done(new Error("Invalid username or password")),
    onRcptTo: ({ address }, _session, done) =>
      address === this.unknown
        ? done(Object.assign(new Error("no such user"), { responseCode: 550 }))
        : done(),
    onData: (stream, { envelope }, done) => {
      text(stream).then((data) => {
        if (this.refusal !== null) return done(Object.assign(new Error(this.refusal), { responseCode: 452 }));
        const { mailFrom, rcptTo } = envelope;
        this.got.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          text: data,
        });
        done(null, "taken");
      }, done);
    },
  });

  async start(): Promise<this> {
    this.#server.on("error", () => {});
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
    return this;
  }

  get port(): number {
    return addressOf(this.#server.server).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A server that takes connections, and never says a word. */
export async function silentServer(): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: addressOf(server).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
