import { halfway } from "./server/api/halfway";

const running = halfway();

// Open event streams would keep the server from ending; transfers go on without it (decision 4).
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => running.close());
