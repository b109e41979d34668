// Loaded into the server by NODE_OPTIONS: its wall clock is ahead by the seconds in the file HALFWAY_TEST_CLOCK, and jumps
// whenever that changes. As with a real clock that is set, timers and the monotonic clock go on, and what is written
// bears the new time. The machine's own clock stays as it is.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { readFileSync, statSync, fstatSync } = fs;
const RealDate = Date;
const aheadMs = () => Number(readFileSync(process.env.HALFWAY_TEST_CLOCK ?? "", "utf8")) * 1_000;

globalThis.Date = class extends RealDate {
  constructor(...words) {
    super(...(words.length === 0 ? [RealDate.now() + aheadMs()] : words));
  }

  static now() {
    return RealDate.now() + aheadMs();
  }
};

function shifted(stats) {
  for (const name of ["mtimeMs", "ctimeMs"]) if (typeof stats?.[name] === "number") stats[name] += aheadMs();
  return stats;
}

fs.statSync = (...words) => shifted(statSync(...words));
fs.fstatSync = (...words) => shifted(fstatSync(...words));
syncBuiltinESMExports();
