#!/usr/bin/env node
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);

if (existsSync(built)) {
  const { runCommand } = await import(built.href);
  process.exit(
    await runCommand(process.argv.slice(2), {
      environment: process.env,
      print: (text) => process.stdout.write(text),
      complain: (line) => process.stderr.write(line),
    }),
  );
} else {
  console.error("curfew: not built yet; run: npm run build");
  process.exit(1);
}
