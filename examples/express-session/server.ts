import { curfewExpress, currentOf, requireSession } from "@curfew/http/express";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import session from "express-session";
import { homePage, securityPage, signInPage } from "./pages.js";
import { endSession, sessions } from "./sessions.js";
import { personOf } from "./sign-in.js";

const { PORT = "3000", COOKIE_SECRET = "" } = process.env;
const app = express();
app.use(express.static("dist/public"));
app.use(
  session({
    secret: COOKIE_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: "lax", secure: "auto" },
  }),
);
app.use(curfewExpress(sessions));
app.use((_req, res, next) => {
  res.set("Cache-Control", "no-store"); // Or the back button shows pages after the sign-out.
  next();
});
app.use(express.urlencoded({ extended: false }));

/** Redirects people who are signed out to the sign-in page, which shows the reason. */
const requirePerson: RequestHandler = (req, res, next) => {
  currentOf(sessions, req).then((current) => {
    if (current.state === "signed_in") next();
    else res.redirect(current.state === "ended" ? `/sign-in?reason=${current.reason}` : "/sign-in");
  }, next);
};

app.get("/", requirePerson, (_req, res) => void res.send(homePage()));
app.get("/security", requirePerson, (_req, res) => void res.send(securityPage()));
app.get("/sign-in", (req, res) => void res.send(signInPage(req.query["reason"])));

app.post("/sign-in", (req, res, next) => {
  const user = personOf(req.body);
  if (user === undefined) return void res.status(401).send(signInPage(null));
  endSession(req).then(() => {
    req.session.regenerate(() => {
      Object.assign(req.session, { user, signedInAt: Date.now() });
      res.redirect("/");
    });
  }, next);
});

app.post("/sign-out", (req, res, next) => {
  endSession(req).then(() => req.session.destroy(() => res.redirect("/sign-in")), next);
});

app.get("/notes", requireSession(sessions), (req, res) => {
  res.json({ notesOf: req.curfew.userId });
});
app.post("/letters", requireSession(sessions), (_req, res) => res.redirect("/"));
app.get("/billing", requireSession(sessions, { role: "owner" }), (req, res) => {
  res.json({ billingOf: req.curfew.accountId });
});

const sayTrouble: ErrorRequestHandler = (error, _req, res, next) => {
  if (sessions.problem(error)?.status !== 503) return next(error);
  console.error(error);
  res.status(503).send("Please try again in a moment. You are still signed in.");
};
app.use(sayTrouble);

app.listen(Number(PORT), "127.0.0.1");
