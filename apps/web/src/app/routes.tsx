import { Suspense } from "react";
import { Outlet, Route, Routes } from "react-router";
import { WaitingLayout } from "./layout/waiting-layout.js";
import { lazyPage } from "./lazy-page.js";
import { PageFailure } from "./page-failure.js";
import { PATHS } from "./paths.js";

const LoginPage = lazyPage(() => import("../pages/login/login-page.js"), "LoginPage");
const RegisterPage = lazyPage(() => import("../pages/register/register-page.js"), "RegisterPage");
const InvitePage = lazyPage(() => import("../pages/invite/invite-page.js"), "InvitePage");
const NotFoundPage = lazyPage(() => import("../pages/not-found/not-found-page.js"), "NotFoundPage");

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

/** Every page, and who may see it. */
export const AppRoutes = () => (
  <PageFailure>
    <Routes>
      <Route element={<Door />}>
        <Route path={PATHS.login} element={<LoginPage />} />
        <Route path={PATHS.register} element={<RegisterPage />} />
        <Route path={PATHS.invite} element={<InvitePage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
      <Route element={<Inside />}>
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
  </PageFailure>
);

const Door = () => (
  <Suspense>
    <Outlet />
  </Suspense>
);

const Inside = () => (
  <Suspense fallback={<WaitingLayout reconnecting={false} />}>
    <SignedInGate />
  </Suspense>
);
