import { useEffect, useLayoutEffect } from "react";

/** `useLayoutEffect` in a browser. On a server React 18 warns of it, and neither does anything there. */
export const usePageEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;
