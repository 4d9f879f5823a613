/** An error that prevents the start. The operator sees its message as one line. */
export class StartFailure extends Error {
  /** 2 for an invalid setting, 1 for anything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StartFailure";
    this.exitCode = exitCode;
  }
}
