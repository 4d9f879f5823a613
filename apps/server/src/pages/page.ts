import { html } from "hono/html";

/** A piece of markup whose values were escaped. */
export type Markup = ReturnType<typeof html>;

/**
 * A whole page: one column, our stylesheet, no script.
 *
 * @param title what the browser's tab says
 */
export const page = (title: string, content: Markup): Markup => html`<!doctype html>
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
