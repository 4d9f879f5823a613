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

export const homePage = () =>
  signedIn(
    "Home",
    `<label>Notes <textarea></textarea></label>
<form method="post" action="/letters" data-draft>
  <label>Letter <textarea name="letter"></textarea></label>
  <button>Send</button>
</form>`,
  );

export const securityPage = () => signedIn("Security", `<div id="security"></div>`);

const WHY = new Map([
  ["idle", "You were signed out because you were inactive."],
  ["absolute", "You were signed out because the longest time allowed by your company was over."],
  ["revoked_by_owner", "An owner of your company signed you out."],
]);

export const signInPage = (reason: unknown) =>
  page(
    "Sign in",
    `<h1>Sign in</h1>
<p role="status">${WHY.get(String(reason)) ?? ""}</p>
<form method="post" action="/sign-in">
  <label>E-mail <input name="email" type="email" required></label>
  <label>Password <input name="password" type="password" required></label>
  <button>Sign in</button>
</form>`,
  );
