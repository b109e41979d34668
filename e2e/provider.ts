import { once } from "node:events";
import type { Server } from "node:http";
import Provider, { type KoaContextWithOIDC } from "oidc-provider";

/** A real OpenID provider on this machine: whoever types a name there is that, with any password. */
export class TestProvider {
  /** What it says of whom; nobody is in a group who is not named here. */
  readonly groups = new Map<string, string[]>();
  #server: Server | null = null;
  #issuer = "";

  /** What Halfway's configuration says of it. */
  get config() {
    return {
      ...{
        name: "Test provider",
        issuer: this.#issuer,
        clientId: "halfway",
        clientSecret: "s3cr3t of tests",
      },
      ...{ scopes: ["openid", "profile", "groups"] },
      roles: { claim: "groups", viewer: ["family"], operator: ["ops"], admin: ["nas-admins"] },
    };
  }

  /** @param origin where Halfway is. */
  async start(origin: string, port: number): Promise<void> {
    this.#issuer = `http://127.0.0.1:${port}`;
    const provider: Provider = new Provider(this.#issuer, {
      clients: [
        {
          client_id: "halfway",
          client_secret: "s3cr3t of tests",
          redirect_uris: [`${origin}/login/callback`],
        },
      ],
      cookies: { keys: ["of no worth"] },
      scopes: ["openid", "profile", "groups"],
      claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, groups: this.groups.get(id) ?? [] }),
      }),
      // Nobody is asked whether Halfway may know them.
      loadExistingGrant: async ({ oidc }: KoaContextWithOIDC) => {
        const { client, session } = oidc;
        const grant = new provider.Grant({
          clientId: client?.clientId ?? "",
          accountId: session?.accountId ?? "",
        });
        grant.addOIDCScope("openid profile groups");
        await grant.save();
        return grant;
      },
    });
    const server = provider.listen(port, "127.0.0.1");
    this.#server = server;
    await once(server, "listening");
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}
