/**
 * Where the files lie that are served as they are. It is found from the folder above this file, so this file must lie
 * as deep in `src` as what it is bundled into lies in `dist`.
 */
export const PUBLIC_DIRECTORY = new URL("../public/", import.meta.url);

/** Where the web app's build puts it. */
export const WEB_APP_DIRECTORY = new URL("app/", PUBLIC_DIRECTORY);
