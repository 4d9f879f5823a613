import manifest from "../package.json" with { type: "json" };

/** The version of this package. */
export const VERSION: string = manifest.version;

/**
 * The static files: `public` beside the folder of this file, which is `src` or, in a build, `server`
 * (`scripts/build/make.js` puts both there).
 */
export const PUBLIC_DIRECTORY = new URL("../public/", import.meta.url);

/** The built web app; it exists in a build only. */
export const WEB_APP_DIRECTORY = new URL("app/", PUBLIC_DIRECTORY);
