export { runCommand } from "./command/run-command.js";
