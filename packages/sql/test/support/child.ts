import { type ChildProcess, spawn } from "node:child_process";
import { onTestFinished } from "vitest";

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it writes. Fails where it ends before. */
  line(): Promise<string>;
  /** Kills it with no chance to put anything in order, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Runs an ES module in a process of its own, gone when the test is over. */
export function runChild(source: string, directory: string): Child {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  let rest = "";
  let ended = false;
  child.stdout.on("data", (chunk: Buffer) => {
    const pieces = (rest + chunk.toString()).split("\n");
    rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      const next = waiting.shift();
      if (next === undefined) lines.push(piece);
      else next.resolve(piece);
    }
  });
  const gone = new Promise<void>((resolve) => {
    child.on("close", () => {
      ended = true;
      for (const { reject } of waiting) reject(new Error("the child ended"));
      resolve();
    });
  });
  const kill = (): Promise<void> => {
    child.kill("SIGKILL");
    return gone;
  };
  onTestFinished(kill);
  return {
    process: child,
    kill,
    line: () =>
      new Promise((resolve, reject) => {
        const known = lines.shift();
        if (known !== undefined) resolve(known);
        else if (ended) reject(new Error("the child ended"));
        else waiting.push({ resolve, reject });
      }),
  };
}
