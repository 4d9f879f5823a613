export const runDemo = async (..._args: unknown[]): Promise<number> => 1;
