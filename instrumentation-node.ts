import { halfway } from "./server/api/halfway";
import { sentence } from "./server/errors";

try {
  const running = halfway();
  // Open event streams would keep the server from ending; transfers go on without it (decision 4).
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => running.close());
} catch (error) {
  // A wrong configuration is better said once and plainly than with every request.
  console.error(`Halfway cannot start: ${sentence(error)}`);
  process.exit(1);
}
