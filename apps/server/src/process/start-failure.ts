/** What stops the service from starting: its message is the one line that the operator reads. */
export class StartFailure extends Error {
  /** 2 where a setting makes no sense, 1 for whatever else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StartFailure";
    this.exitCode = exitCode;
  }
}
