import { spawn } from "node:child_process";
import { join } from "node:path";
import { configFile, labDir, status } from "./lab";

if (!(await status()).hosts.some(({ running }) => running)) {
  console.error("The lab is not up. Start it first:  npm run lab -- up --seeded");
  process.exit(1);
}
const child = spawn("next", ["dev", "-H", "127.0.0.1", "-p", process.env.PORT ?? "3000"], {
  stdio: "inherit",
  env: {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: "1",
    HALFWAY_CONFIG: configFile,
    HALFWAY_STATE_DIR: join(labDir, "dev-state"),
  },
});
child.on("exit", (code) => process.exit(code ?? 0));
