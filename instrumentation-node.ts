import { stampPeers } from "./server/access/peer";
import { halfway } from "./server/api/halfway";
import { exitCodeFor, sentence } from "./server/errors";
import { plain } from "./server/say";

try {
  stampPeers();
  const running = await halfway();
  // Open event streams would keep the server from ending, and a page that reconnects at once on a connection that is
  // still alive would too. Transfers go on without the server (decision 2).
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      running.close();
      setTimeout(() => process.exit(0), 1_000).unref();
    });
  }
} catch (error) {
  // A wrong configuration is better said once and plainly than with every request.
  console.error(`Halfway cannot start: ${plain(sentence(error))}`);
  process.exit(exitCodeFor(error));
}
