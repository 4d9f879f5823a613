import type { Identity } from "@curfew/core";
import { currentOf } from "@curfew/http/express";
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
} from "@nestjs/common";
import type { Request } from "express";
import { Caller, SessionGuard } from "./session-guard.js";
import { endSession, sessions } from "./sessions.js";
import { personOf } from "./sign-in.js";

const done = (act: (callback: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));

@Controller()
class SignInController {
  @Post("sign-in")
  @HttpCode(204)
  async signIn(@Req() req: Request, @Body() form: { email?: unknown; password?: unknown }) {
    const user = personOf(form);
    if (user === undefined) throw new UnauthorizedException();
    await endSession(req);
    await done((callback) => req.session.regenerate(callback));
    Object.assign(req.session, { user, signedInAt: Date.now() });
  }

  @Post("sign-out")
  @HttpCode(204)
  async signOut(@Req() req: Request) {
    await endSession(req);
    await done((callback) => req.session.destroy(callback));
  }
}

@Controller()
class ProductController {
  @Get()
  async home(@Req() req: Request) {
    const current = await currentOf(sessions, req);
    return { state: current.state, reason: current.state === "ended" ? current.reason : undefined };
  }

  @Get("notes")
  @UseGuards(new SessionGuard())
  notes(@Caller() { userId }: Identity) {
    return { notesOf: userId };
  }

  @Get("billing")
  @UseGuards(new SessionGuard({ role: "owner" }))
  billing(@Caller() { accountId }: Identity) {
    return { billingOf: accountId };
  }
}

@Module({ controllers: [SignInController, ProductController] })
export class AppModule {}
