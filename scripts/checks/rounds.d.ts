/** Whether this is the long run, `npm run test:long`. */
export declare const isLong: boolean;
/** Whether the checks run that a developer's run leaves out: in CI and in the long run. */
export declare const isThorough: boolean;
/** How often a test repeats its work: `usual` in `npm test`, `long` in `npm run test:long`. */
export declare function rounds(usual: number, long: number): number;
