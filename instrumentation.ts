/** Runs once when the server starts: transfers are taken up before the first page is asked for. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") await import("./instrumentation-node");
}
