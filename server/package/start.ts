/* How the packages start: they hold the server as Next's standalone build has it, beside this file. */

import { begin } from "../begin";

begin(({ address, port }) => {
  Object.assign(process.env, { HOSTNAME: address, PORT: String(port) });
  // A name that no bundler follows: it is there in a package only.
  const server = new URL("./server.js", import.meta.url);
  void import(server.href);
});
