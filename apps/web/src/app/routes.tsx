import { Suspense } from "react";
import { Route, Routes } from "react-router";
import { LoginPage } from "../pages/login/login-page.js";
import { WaitingLayout } from "./layout/waiting-layout.js";
import { type LazyPage, lazyPage } from "./lazy-page.js";
import { PageFailure } from "./page-failure.js";
import { PATHS } from "./paths.js";

const NotFoundPage = lazyPage(() => import("../pages/not-found/not-found-page.js"), "NotFoundPage");

const RegisterPage = lazyPage(() => import("../pages/register/register-page.js"), "RegisterPage");
const InvitePage = lazyPage(() => import("../pages/invite/invite-page.js"), "InvitePage");

const SignedInGate = lazyPage(() => import("./gate/signed-in-gate.js"), "SignedInGate");
const OwnerGate = lazyPage(() => import("./gate/owner-gate.js"), "OwnerGate");
const HomePage = lazyPage(() => import("../pages/home/home-page.js"), "HomePage");
const AccountPage = lazyPage(() => import("../pages/account/account-page.js"), "AccountPage");
const OwnSessionsPage = lazyPage(
  () => import("../pages/own-sessions/own-sessions-page.js"),
  "OwnSessionsPage",
);
const PasswordPage = lazyPage(() => import("../pages/password/password-page.js"), "PasswordPage");
const MembersPage = lazyPage(() => import("../pages/members/members-page.js"), "MembersPage");
const SecurityPage = lazyPage(() => import("../pages/security/security-page.js"), "SecurityPage");

const SIGNED_IN_PAGES: Readonly<Record<string, LazyPage>> = {
  [PATHS.home]: HomePage,
  [PATHS.account]: AccountPage,
  [PATHS.ownSessions]: OwnSessionsPage,
  [PATHS.password]: PasswordPage,
  [PATHS.members]: MembersPage,
  [PATHS.security]: SecurityPage,
};

/** Begins to load a signed-in page, while it is still being found out whether somebody is. */
export function loadPageAhead(path: string): void {
  const page = Object.hasOwn(SIGNED_IN_PAGES, path) ? SIGNED_IN_PAGES[path] : undefined;
  if (page === undefined) return;
  SignedInGate.loadAhead();
  page.loadAhead();
}

/** Every page, and who may see it. The sign-in page alone is there at once; the others are loaded when they are shown. */
export const AppRoutes = () => (
  <PageFailure>
    <Suspense fallback={<WaitingLayout reconnecting={false} />}>
      <Routes>
        <Route path={PATHS.login} element={<LoginPage />} />
        <Route path="*" element={<NotFoundPage />} />
        <Route path={PATHS.register} element={<RegisterPage />} />
        <Route path={PATHS.invite} element={<InvitePage />} />
        <Route element={<SignedInGate />}>
          <Route path={PATHS.home} element={<HomePage />} />
          <Route path={PATHS.account} element={<AccountPage />} />
          <Route path={PATHS.ownSessions} element={<OwnSessionsPage />} />
          <Route path={PATHS.password} element={<PasswordPage />} />
          <Route element={<OwnerGate />}>
            <Route path={PATHS.members} element={<MembersPage />} />
            <Route path={PATHS.security} element={<SecurityPage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  </PageFailure>
);
