import type { Catalog } from "../translate";
import account from "./account.json";
import accounts from "./accounts.json";
import audit from "./audit.json";
import history from "./history.json";
import holds from "./holds.json";
import hosts from "./hosts.json";
import language from "./language.json";
import live from "./live.json";
import notices from "./notices.json";
import overview from "./overview.json";
import plans from "./plans.json";
import receive from "./receive.json";
import receives from "./receives.json";
import sends from "./sends.json";
import server from "./server.json";
import serverAccess from "./server-access.json";
import serverApi from "./server-api.json";
import serverAudit from "./server-audit.json";
import serverHosts from "./server-hosts.json";
import serverNotices from "./server-notices.json";
import serverReceives from "./server-receives.json";
import serverStore from "./server-store.json";
import serverTransfers from "./server-transfers.json";
import serverZfs from "./server-zfs.json";
import settings from "./settings.json";
import shell from "./shell.json";
import tokens from "./tokens.json";
import transfers from "./transfers.json";
import ui from "./ui.json";

/** One file for each room of the source, so that what belongs together is read together. */
export const catalog: Catalog = {
  ...account,
  ...accounts,
  ...audit,
  ...history,
  ...holds,
  ...hosts,
  ...language,
  ...live,
  ...notices,
  ...overview,
  ...plans,
  ...receive,
  ...receives,
  ...sends,
  ...serverAccess,
  ...serverApi,
  ...serverAudit,
  ...serverHosts,
  ...serverNotices,
  ...serverReceives,
  ...serverStore,
  ...serverTransfers,
  ...serverZfs,
  ...server,
  ...settings,
  ...shell,
  ...tokens,
  ...transfers,
  ...ui,
};
