/** The lab for tests: two guests with real OpenZFS, and what to do to them. See README.md. */
export { LabError } from "./errors";
export { forgetConnection, rememberConnections, restartSshd, setClock } from "./faults";
export { missingHostPackages } from "./host-packages";
export {
  down,
  type HostStatus,
  type LabStatus,
  type Log,
  netCut,
  netRestore,
  powerCut,
  powerOn,
  reset,
  seed,
  status,
  type UpOptions,
  up,
  upAlone,
} from "./lab";
export {
  configFile,
  type HostName,
  hostNames,
  imagesDir,
  labDir,
  sshConfigFile,
  type ZfsVersion,
} from "./paths";
export { exists, guid, makePartial, type Partial, type PartialSpec, token } from "./receives";
export { greets, run, sh } from "./ssh";
