import { html } from "hono/html";
import { type Markup, page } from "./page.js";

/** What stands at `/`: what this server is, and where to read on. */
export const homePage = (): Markup =>
  page(
    "Curfew",
    html`<main>
<h1>Curfew</h1>
<p class="lead">Sign-in sessions that each account sets the limits of, and can end.</p>
<p>This server answers an HTTP API. <a href="/docs">Read what it can do</a>, or take the
<a href="/openapi.json">OpenAPI document</a>.</p>
</main>`,
  );
