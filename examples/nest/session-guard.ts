import { requireSession } from "@curfew/http/express";
import { type CanActivate, createParamDecorator, type ExecutionContext } from "@nestjs/common";
import type { Request, Response } from "express";
import { sessions } from "./sessions.js";

/** Lets only live sessions on. Curfew answers the others with the problem document. */
export class SessionGuard implements CanActivate {
  readonly #require;

  constructor(options: { role?: "owner" } = {}) {
    this.#require = requireSession(sessions, options);
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    return new Promise((resolve, reject) => {
      response.once("close", () => resolve(false)); // Refused, and answered.
      this.#require(http.getRequest<Request>(), response, (error) => (error ? reject(error) : resolve(true)));
    });
  }
}

/** Who calls, behind the guard. */
export const Caller = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().curfew,
);
