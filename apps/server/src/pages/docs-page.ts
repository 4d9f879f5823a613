import { html } from "hono/html";
import type { OpenApiDocument } from "./open-api.js";
import { type Body, type Call, type Field, outlineOf, type Section } from "./outline.js";

/** Renders an OpenAPI document as a page: every call with its parameters, body and answers. */
export function docsPage(document: OpenApiDocument): Markup {
  const { title, version, description, sections } = outlineOf(document);
  return page(
    `${title}: the API`,
    html`<a class="skip" href="#calls">Skip to the calls</a>
<header>
<h1>${title}</h1>
<p class="quiet">Version ${version} · <a href="/openapi.json">OpenAPI document</a></p>
${paragraphs(description)}
<nav aria-label="Sections"><ul>${sections.map(({ name }) => html`<li><a href="#${slug(name)}">${name}</a></li>`)}</ul></nav>
</header>
<main id="calls" tabindex="-1">
${sections.map(section)}
</main>`,
  );
}

/** Markup with escaped values. */
type Markup = ReturnType<typeof html>;

/** An HTML document of one column with the service's stylesheet and no script. */
const page = (title: string, content: Markup): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/pages.css">
</head>
<body>
${content}
</body>
</html>
`;

const section = ({
  name,
  description,
  calls,
}: Section): Markup => html`<section aria-labelledby="${slug(name)}">
<h2 id="${slug(name)}">${name}</h2>
${paragraphs(description)}
${calls.map(call)}
</section>
`;

const call = (item: Call): Markup => html`<details id="${item.anchor}">
<summary><h3><span class="method ${item.method.toLowerCase()}">${item.method}</span> <code>${item.path}</code> <span class="what">${item.summary}</span></h3></summary>
<div class="call">
${paragraphs(item.description)}
${item.needsToken ? html`<p class="quiet">Needs an access token: <code>Authorization: Bearer …</code></p>` : ""}
${item.parameters.length === 0 ? "" : html`<h4>Parameters</h4>${fieldList(item.parameters)}`}
${item.body === null ? "" : html`<h4>Body</h4>${body(item.body)}`}
<h4>Answers</h4>
${item.answers.map((answer) => html`<div class="answer"><h5><span class="status s${answer.status.charAt(0)}">${answer.status}</span></h5>${body(answer)}</div>`)}
</div>
</details>
`;

const body = ({ description, contentTypes, headers, fields }: Body): Markup => html`${paragraphs(description)}
${contentTypes.length === 0 ? "" : html`<p class="quiet">${contentTypes.join(", ")}</p>`}
${headers.length === 0 ? "" : html`<p class="quiet">Headers: ${headers.join(", ")}</p>`}
${fields.length === 0 ? "" : html`<details class="fields"><summary>${fields.length === 1 ? "1 field" : `${fields.length} fields`}</summary>${fieldList(fields)}</details>`}`;

const fieldList = (fields: readonly (Field & { readonly where?: string })[]): Markup =>
  html`<dl>${fields.map(
    ({ name, type, required, description, where }) => html`<div>
<dt><code>${name}</code></dt>
<dd><span class="type">${type}</span>${where === undefined ? "" : html` <span class="quiet">in the ${where}</span>`}${
      required ? html` <span class="required">required</span>` : ""
    }${paragraphs(description)}</dd>
</div>`,
  )}</dl>`;

const paragraphs = (text: string): Markup =>
  html`${text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => html`<p>${prose(paragraph)}</p>`)}`;

/** Renders text between backticks as code. */
const prose = (text: string): Markup =>
  html`${text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
