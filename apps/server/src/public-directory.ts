/**
 * Where the files lie that are served as they are: `public` beside the folder that this file is in. From the sources that
 * is `src`; in a build it is `server`, and `scripts/build/make.js` puts `public` beside it.
 */
export const PUBLIC_DIRECTORY = new URL("../public/", import.meta.url);

/** The built web app; beside the sources there is none. */
export const WEB_APP_DIRECTORY = new URL("app/", PUBLIC_DIRECTORY);
