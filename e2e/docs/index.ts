/* Writes the pages of docs/ that come from the code. A unit test holds them against it. */

import { writeFileSync } from "node:fs";
import { pages } from "./pages";

for (const [path, page] of Object.entries(pages)) {
  writeFileSync(path, page());
  console.log(path);
}
