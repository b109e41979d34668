import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** What a server is and has at one moment, as this machine sees it. Sizes in bytes. */
export type Footprint = {
  resident: number;
  handles: number;
  children: number;
  masters: number;
  sockets: number;
  state: number;
  transfers: number;
  runs: number;
  wal: number;
  /** What of the state is neither the database nor of transfers. */
  beside: number;
};

const database = "halfway.db";
const writeAhead = `${database}-wal`;

/**
 * @param temporary the folder that the server was told to put temporary files into; its shared connections lie there.
 */
export function footprint(pid: number, stateDir: string, temporary: string): Footprint {
  const runs = join(stateDir, "transfers");
  return {
    resident: Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    children: processes().filter((one) => parentOf(one) === pid).length,
    masters: processes().filter((one) => isMaster(one, temporary)).length,
    sockets: socketsIn(temporary).length,
    state: sizeOf(stateDir),
    transfers: sizeOf(runs),
    runs: entriesOf(runs).reduce((sum, id) => sum + entriesOf(join(runs, id)).length, 0),
    wal: sizeOf(join(stateDir, writeAhead)),
    beside: entriesOf(stateDir)
      .filter((name) => name !== "transfers" && name !== database && name !== writeAhead)
      .reduce((sum, name) => sum + sizeOf(join(stateDir, name)), 0),
  };
}

/** What a memory holds: bytes of what is kept by design, of all the rest, and how many rows say how much there is. */
export type Kept = {
  /** Transfers, their attempts and changes: kept for as many days as the settings say. */
  history: number;
  /** The audit trail: kept for good. */
  audit: number;
  /** What was told: kept for months, so that nothing is told twice. */
  told: number;
  others: number;
  attempts: number;
  holds: number;
  outbox: number;
};

/** Reads a memory that a server is writing. */
export function keptIn(stateDir: string): Kept {
  const opened = new Database(join(stateDir, database), { readonly: true });
  try {
    // Indexes count as what they are of.
    const sizes = opened
      .prepare(
        "select coalesce(m.tbl_name, s.name) as name, sum(s.pgsize) as size from dbstat s left join sqlite_master m on m.name = s.name group by 1",
      )
      .all() as { name: string; size: number }[];
    const of = (names: readonly string[]) =>
      sizes.filter(({ name }) => names.includes(name)).reduce((sum, { size }) => sum + size, 0);
    const rows = (table: string) =>
      (opened.prepare(`select count(*) as count from ${table}`).get() as { count: number }).count;
    const [history, audit, told] = [["transfer", "attempt", "event"], ["audit"], ["notice_told"]];
    const all = sizes.reduce((sum, { size }) => sum + size, 0);
    return {
      ...{ history: of(history), audit: of(audit), told: of(told) },
      others: all - of([...history, ...audit, ...told]),
      ...{ attempts: rows("attempt"), holds: rows("hold"), outbox: rows("notice_outbox") },
    };
  } finally {
    opened.close();
  }
}

/** Words about every process that a server with this folder for temporary files has left behind, and every socket. */
export function leftBehind(temporary: string): string[] {
  const strays = processes()
    .filter(
      (pid) => isMaster(pid, temporary) || text(`/proc/${pid}/environ`).includes(`TMPDIR=${temporary}\0`),
    )
    .map((pid) => `process ${pid}: ${text(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim()}`);
  return [...strays, ...socketsIn(temporary).map((name) => `socket ${name}`)];
}

/** The processes of a session, by its number, that run a program of this name. */
export function inSession(session: number, program: string): number[] {
  return processes().filter((pid) => {
    const stat = /^\d+ \((.*)\) \S+ \d+ \d+ (\d+)/s.exec(text(`/proc/${pid}/stat`));
    return stat?.[1] === program && Number(stat[2]) === session;
  });
}

/** Numbers of the shared connections' own processes. */
export function mastersIn(temporary: string): number[] {
  return processes().filter((pid) => isMaster(pid, temporary));
}

function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number {
  return Number(/^\d+ \(.*\) \S+ (\d+)/s.exec(text(`/proc/${pid}/stat`))?.[1]);
}

function isMaster(pid: number, temporary: string): boolean {
  const words = text(`/proc/${pid}/cmdline`);
  return words.startsWith(`ssh: ${temporary}/`) && words.includes("[mux]");
}

function socketsIn(temporary: string): string[] {
  return entriesOf(temporary)
    .filter((name) => name.startsWith("halfway-ssh-"))
    .flatMap((name) => entriesOf(join(temporary, name)));
}

function entriesOf(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

/** What comes and goes while it is looked at counts as nothing. */
function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  try {
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0;
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
