/** The table of rooms in the README, enforced: what each folder of server/ may use of the others. */
const rooms = {
  zfs: [],
  hosts: ["zfs"],
  receives: ["zfs", "hosts"],
  store: [],
  transfers: ["zfs", "hosts", "receives", "store"],
  access: ["store"],
  audit: ["zfs", "store"],
  notices: ["zfs", "store"],
  configuration: ["zfs", "hosts", "access", "store"],
};

/** Rooms that look at everything, and so may know the types of all others. */
const looks = ["notices"];

const forbidden = Object.entries(rooms).map(([room, uses]) => ({
  name: `server/${room} uses only ${uses.length ? uses.map((use) => `server/${use}`).join(", ") : "nothing of ours"}`,
  severity: "error",
  from: { path: `^server/${room}/` },
  to: {
    path: "^(server|app|components|e2e)/",
    pathNot: `^server/(errors\\.ts$|say\\.ts$|version\\.ts$|${[room, ...uses].join("/|")}/)`,
    ...(looks.includes(room) ? { dependencyTypesNot: ["type-only"] } : {}),
  },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: "only server/hosts starts processes, and what makes the packages before there is a server",
      severity: "error",
      from: {
        path: "^(server|app|components)/",
        pathNot: "^server/(hosts/|package/build\\.ts$)|\\.test\\.ts$",
      },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "server/zfs does no I/O",
      severity: "error",
      from: { path: "^server/zfs/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(zlib|crypto)$" },
    },
    {
      name: "the page knows the server by its types only; it says and writes bytes as it does, reads what it sends, and knows the same rights",
      severity: "error",
      // Their tests hold what a form allows against what the server does.
      from: { path: "^components/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^server/",
        pathNot: "^server/(say|wire|zfs/bytes|api/rights)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "app uses the server through server/api",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^server/", pathNot: "^server/api/" },
    },
    {
      name: "nothing that ships uses tests or the lab",
      severity: "error",
      from: { path: "^(server|app|components)/" },
      to: { path: "^e2e/" },
    },
    {
      name: "no circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no dangling imports", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
