/** Stands for your OpenID provider: Keycloak, Auth0, Entra ID or another. */
import { randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";

const { PORT = "4000", CLIENT_ID = "harbour", CLIENT_SECRET = "" } = process.env;
const { PRODUCT_URL: product = "http://localhost:3000", SIGNING_KEY } = process.env;
/** It signs everybody out ten hours after they signed in, and says so in the ID token. */
const SESSION_SECONDS = 36_000;

const people = [
  { sub: "sub-1", name: "Ada Park", email: "ada@acme.example" },
  { sub: "sub-2", name: "Ben Ito", email: "ben@acme.example" },
  { sub: "sub-3", name: "Cleo Marsh", email: "cleo@globex.example" },
];

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [`${product}/callback`],
      post_logout_redirect_uris: [`${product}/sign-in`],
      backchannel_logout_uri: `${product}/backchannel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub", "name", "email", "session_expiry"] },
  findAccount: ({ oidc }, sub) => {
    const signedInAt = oidc.entities.AuthorizationCode?.authTime ?? 0;
    const person = people.find((each) => each.sub === sub);
    return (
      person && {
        accountId: sub,
        claims: () => ({ ...person, session_expiry: signedInAt + SESSION_SECONDS }),
      }
    );
  },
  ...(SIGNING_KEY ? { jwks: { keys: [JSON.parse(SIGNING_KEY)] } } : {}),
  // The product is the provider's own: nobody is asked to agree.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
  // The product is on this machine, where the provider would send nothing, and may be slow.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined, signal: undefined }),
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx, form) {
        ctx.body = `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out of Example ID</button>`;
      },
    },
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
});

const signInPage = (fault = "") => `<!doctype html>
<html lang="en">
<title>Example ID</title>
<h1>Example ID</h1>
<p role="alert">${fault}</p>
<form method="post">
  <label>E-mail <input name="email" type="email" required></label>
  <label>Password <input name="password" type="password" required></label>
  <button>Sign in</button>
</form>`;

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  ctx.type = "html";
  ctx.body = signInPage();
  if (ctx.method !== "POST") return;
  let body = "";
  for await (const chunk of ctx.req) body += chunk;
  const form = new URLSearchParams(body);
  const person = people.find(({ email }) => email === form.get("email"));
  if (person === undefined || form.get("password") !== "an example password") {
    ctx.body = signInPage("The e-mail or the password is wrong.");
    return;
  }
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: person.sub } });
});

provider.on("backchannel.error", (_ctx, { message }) => console.error(`back-channel logout: ${message}`));
provider.listen(Number(PORT), "127.0.0.1");
