import { z } from "zod";
import { providerSettings } from "../access/provider-config";
import { proxySettings } from "../access/proxy-config";
import { hostList, portNumber } from "../hosts/config";

/** What people read about a setting: in the example file, in the table of the README, and where it is wrong. */
export type About = {
  /** What it is for; the beginning of a sentence. */
  meaning: string;
  /** What may stand there, as the end of “Wanted: ”. */
  wanted: string;
  /** What holds without it. */
  otherwise: string;
  /** As YAML behind its key, or below it where it begins with a new line. */
  example: string;
  /** The variable that takes precedence over it, and what its text is. */
  variable?: { name: string; kind: "text" | "number" | "switch" | "list" };
  /** Whether it is never shown. */
  secret?: true;
  /** What somebody has to know who installed a package; lines of the example file, below a new line. */
  inPackage?: string;
};

/** What is known about each setting, by its schema. */
export const about = z.registry<About>();

const filePath = z.string().startsWith("/");

/**
 * Everything that Halfway is told from outside; the rest is in the page. One place: the example file, the table in the README
 * and the words of every refusal come from here.
 */
export const settings = z
  .strictObject({
    address: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/)
      .register(about, {
        meaning: "where to listen; beyond this machine it takes `insecureHttp`, too",
        wanted: "an address of this machine",
        otherwise: "`127.0.0.1`",
        example: "127.0.0.1",
        variable: { name: "HALFWAY_ADDRESS", kind: "text" },
      }),
    port: portNumber.clone().register(about, {
      meaning: "the port to listen on",
      wanted: "a whole number from 1 to 65535",
      otherwise: "`3000`",
      example: "3000",
      variable: { name: "PORT", kind: "number" },
    }),
    names: z
      .array(
        z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/),
      )
      .register(about, {
        meaning: "further names the page is opened by, such as that of an HTTPS proxy in front",
        wanted: "names or addresses, without a port and without https://",
        otherwise: "`localhost`, `127.0.0.1`",
        example: "[halfway.nas.lan]",
        variable: { name: "HALFWAY_HOSTS", kind: "list" },
      }),
    insecureHttp: z.boolean().register(about, {
      meaning: "allows plain HTTP beyond this machine, where passwords can be read",
      wanted: "true or false",
      otherwise: "HTTPS by a proxy only",
      example: "false",
      variable: { name: "HALFWAY_INSECURE_HTTP", kind: "switch" },
    }),
    stateDir: filePath.clone().register(about, {
      meaning: "where transfers, added hosts, accounts and Halfway's SSH key are kept",
      wanted: "a path that begins with /",
      otherwise: "`$XDG_STATE_HOME/halfway`, else `~/.local/state/halfway`",
      example: "/var/lib/halfway",
      variable: { name: "HALFWAY_STATE_DIR", kind: "text" },
      inPackage: `
In a package: /var/lib/halfway. The service may write nowhere else, unless \`systemctl edit halfway\` says
[Service] and ReadWritePaths=/another/directory as well.`,
    }),
    hosts: hostList.register(about, {
      meaning: "hosts that are reached by an SSH configuration of your own; others are added in the page",
      wanted: "a list of hosts, each with a name and either local or ssh",
      otherwise: "this machine, where it has ZFS",
      inPackage: `
In a package they are reached as the user halfway, whose ~/.ssh is /var/lib/halfway/.ssh: what works with
\`runuser -u halfway -- ssh -o BatchMode=yes root@tower.lan zfs list\` works here.`,
      example: `
  - name: nas
    local: true
  - name: tower
    ssh:
      destination: root@tower.lan
      # port: 22
      # configFile: /etc/halfway/ssh_config
    # What it receives from these hosts it fetches by itself:
    # reaches: [{ host: nas, destination: nas.lan }]`,
    }),
    oidc: z.union([filePath, providerSettings]).register(about, {
      meaning: "where people sign in elsewhere: that itself, or a file with it",
      wanted: "a path that begins with /, or what such a file says",
      otherwise: "nowhere",
      example: `
  name: Home
  issuer: https://id.example.org
  clientId: halfway
  # clientSecret: from the provider, or in HALFWAY_OIDC_SECRET
  scopes: [openid, profile, groups]
  roles:
    claim: groups
    viewer: [family]
    operator: [backup]
    admin: [nas-admins]
  # Of whoever has none by these; without it they do not come in:
  # defaultRole: viewer
  # nameClaim: preferred_username`,
      variable: { name: "HALFWAY_OIDC", kind: "text" },
    }),
    proxy: proxySettings.extend({
      userHeader: proxySettings.shape.userHeader.register(about, {
        meaning: "the header in which a proxy says who somebody is",
        wanted: "the name of a header that has no other meaning",
        otherwise: "it is not believed",
        example: "Remote-User",
        variable: { name: "HALFWAY_PROXY_USER_HEADER", kind: "text" },
      }),
      secret: proxySettings.shape.secret.register(about, {
        meaning: "what that proxy sends as `X-Halfway-Proxy-Secret`",
        wanted:
          "24 characters at least: whoever knows it and can connect to Halfway is whoever they say (openssl rand -hex 24 makes one)",
        otherwise: "",
        // Too short by itself, lest one that everybody knows be taken in.
        example: "openssl rand -hex 24",
        variable: { name: "HALFWAY_PROXY_SECRET", kind: "text" },
        secret: true,
      }),
      peers: proxySettings.shape.peers
        .register(about, {
          meaning: "addresses or networks that it connects from",
          wanted: "addresses or networks, such as 10.0.0.0/8",
          otherwise: "`127.0.0.1`, `::1`",
          example: '[127.0.0.1, "::1"]',
          variable: { name: "HALFWAY_PROXY_PEERS", kind: "list" },
        })
        .default(["127.0.0.1", "::1"]),
    }),
    metrics: z
      .strictObject({
        open: z.boolean().register(about, {
          meaning: "lets anybody who gets as far read `/metrics`, without a token",
          wanted: "true or false",
          otherwise: "a viewer's token",
          example: "false",
          variable: { name: "HALFWAY_METRICS_OPEN", kind: "switch" },
        }),
        datasets: z.boolean().register(about, {
          meaning: "measures each partial receive by its name, 500 of them at most",
          wanted: "true or false",
          otherwise: "by host only",
          example: "false",
          variable: { name: "HALFWAY_METRICS_DATASETS", kind: "switch" },
        }),
      })
      .partial(),
    stallMinutes: z
      .number()
      .positive()
      .max(24 * 60)
      .register(about, {
        meaning: "minutes without a byte that are a stall; the page's settings take precedence",
        wanted: "a number above 0, and 1440 at most",
        otherwise: "`10`",
        example: "10",
        variable: { name: "HALFWAY_STALL_MINUTES", kind: "number" },
      }),
    spacePauseSeconds: z
      .number()
      .positive()
      .max(24 * 3600)
      .register(about, {
        meaning: "pause before another attempt where space is missing",
        wanted: "a number above 0, and 86400 at most",
        otherwise: "from 60, doubled up to 600",
        example: "60",
        variable: { name: "HALFWAY_SPACE_PAUSE_SECONDS", kind: "number" },
      }),
  })
  .partial();

/** Variables that are no setting of the file: which file, and a secret inside of one. */
export const besides = {
  file: {
    name: "HALFWAY_CONFIG",
    meaning: "the configuration file, in YAML (or JSON)",
    otherwise: "none: all as it says here",
  },
  oidcSecret: {
    name: "HALFWAY_OIDC_SECRET",
    key: "oidc.clientSecret",
    meaning: "the client secret of that provider",
    otherwise: "a public client",
  },
} as const;

/** A setting by its place in the file. */
export type Setting = { path: readonly string[] } & About;

/** All settings, in the order of the file. */
export const allSettings: readonly Setting[] = leavesOf(settings, []);

function leavesOf(schema: z.core.$ZodType, path: readonly string[]): Setting[] {
  const bare = unwrapped(schema);
  const known = about.get(bare);
  if (known) return [{ path, ...known }];
  if (!(bare instanceof z.ZodObject)) return [];
  return Object.entries(bare.shape as z.core.$ZodShape).flatMap(([key, inner]) =>
    leavesOf(inner, [...path, key]),
  );
}

/** What a schema says of a value that is there. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema;
}
