const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<link rel="stylesheet" href="/curfew.css">
<body>${body}</body>
</html>`;

/** The browser part stands on every page of somebody who is signed in. */
const signedIn = (title: string, body: string) =>
  page(
    title,
    `<div id="curfew"></div>
<nav>
  <a href="/">Home</a> <a href="/security">Security</a>
  <form method="post" action="/sign-out"><button>Sign out</button></form>
</nav>
<main><h1>${title}</h1>${body}</main>
<script type="module" src="/curfew.js"></script>`,
  );

export const homePage = () => signedIn("Home", "<label>Notes <textarea></textarea></label>");

export const securityPage = () => signedIn("Security", `<div id="security"></div>`);

const WHY = new Map([
  ["idle", "You were signed out because you were inactive."],
  ["absolute", "You were signed out because the longest time allowed was over."],
  ["revoked_by_owner", "An owner of your company signed you out."],
]);

/** @param reason of the end: then the provider asks for the password, though it may know who is there */
export const signInPage = (reason: string | null) =>
  page(
    "Sign in",
    `<h1>Sign in</h1>
<p role="status">${WHY.get(reason ?? "") ?? ""}</p>
<form action="/sign-in/provider">
  ${reason ? `<input type="hidden" name="again" value="1">` : ""}
  <button>Sign in with Example ID</button>
</form>`,
  );

export const failedPage = (why: string) =>
  page("Sign in", `<h1>Sign in</h1><p role="alert">${why}</p><p><a href="/sign-in">Try again</a></p>`);

/** The window of the provider is done: it tells this browser's pages, and closes. */
export const windowPage = () =>
  page(
    "Signed in",
    `<script>new BroadcastChannel("sign-in").postMessage("done"); window.close();</script>
<p>You are signed in. You can close this window.</p>`,
  );
