/** Lets every promise that is settled already, and every timer of no delay, have its say. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
