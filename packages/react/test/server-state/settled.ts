/** Resolves after all settled promises and zero-delay timers have run. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
