import "reflect-metadata";
import { curfewExpress } from "@curfew/http/express";
import { NestFactory } from "@nestjs/core";
import type { NextFunction, Request, Response } from "express";
import session from "express-session";
import { AppModule } from "./app-module.js";
import { sessions } from "./sessions.js";

const { PORT = "3000", COOKIE_SECRET = "" } = process.env;
const app = await NestFactory.create(AppModule);
app.use(
  session({
    secret: COOKIE_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: "lax", secure: "auto" },
  }),
);
app.use(curfewExpress(sessions));
app.use((_req: Request, res: Response, next: NextFunction) => {
  res.set("Cache-Control", "no-store");
  next();
});
await app.listen(PORT, "127.0.0.1");
