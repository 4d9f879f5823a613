export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
}
/** Finds the Chromium that tests run in. */
export function findChromium(): Promise<Chromium>;
export function systemChromium(searchPath: string): string | null;
