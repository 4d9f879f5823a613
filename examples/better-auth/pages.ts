const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<link rel="stylesheet" href="/curfew.css">
<body>${body}</body>
</html>`;

interface Organization {
  id: string;
  name: string;
}

/** Goes to another organization. */
const organizationForm = (organizations: readonly Organization[]) =>
  `<form method="post" action="/organization">
    ${organizations.map(({ id, name }) => `<button name="id" value="${id}">Go to ${name}</button>`).join(" ")}
  </form>`;

/** The browser part stands on every page of somebody who is signed in. */
const signedIn = (title: string, organizations: readonly Organization[], body: string) =>
  page(
    title,
    `<div id="curfew"></div>
<nav>
  <a href="/">Home</a> <a href="/security">Security</a>
  ${organizationForm(organizations)}
  <form method="post" action="/sign-out"><button>Sign out</button></form>
</nav>
<main><h1>${title}</h1>${body}</main>
<script type="module" src="/curfew.js"></script>`,
  );

export const homePage = (organizations: readonly Organization[]) =>
  signedIn("Home", organizations, "<label>Notes <textarea></textarea></label>");

export const securityPage = (organizations: readonly Organization[]) =>
  signedIn("Security", organizations, `<div id="security"></div>`);

const WHY = new Map([
  ["idle", "You were signed out because you were inactive."],
  ["absolute", "You were signed out because the longest time allowed by your organization was over."],
  ["revoked_by_owner", "An owner of your organization signed you out."],
]);

/** @param open organizations in which the person is still signed in */
export const signInPage = (reason = "", open: readonly Organization[] = []) =>
  page(
    "Sign in",
    `<h1>Sign in</h1>
<p role="status">${WHY.get(reason) ?? ""}</p>
${open.length > 0 ? organizationForm(open) : ""}
<form method="post" action="/sign-in">
  <label>E-mail <input name="email" type="email" required></label>
  <label>Password <input name="password" type="password" required></label>
  <button>Sign in</button>
</form>`,
  );

export const troublePage = () =>
  page(
    "Please try again",
    `<h1>Please try again in a moment</h1>
<p>This page can't be shown just now. You are still signed in.</p>`,
  );
