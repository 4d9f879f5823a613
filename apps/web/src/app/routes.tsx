import { type ComponentType, lazy, Suspense, useState } from "react";
import { Route, Routes } from "react-router";
import { LoginPage } from "../pages/login/login-page.js";
import { PageErrorBoundary, WaitingLayout } from "./layout/page-states.js";
import { PATHS } from "./paths.js";

/** A page whose module is loaded when the page is first shown, or by `preload`. */
type LazyPage = ComponentType & { preload(): void };

/**
 * @param load imports the module
 * @param name the page's export
 */
function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): LazyPage {
  let loaded: ComponentType | null = null;
  const Lazy: ComponentType = lazy(async () => ({ default: (await load())[name] as ComponentType }));
  function Page() {
    // React shows a fallback for at least 300 ms, so a page that is there already must not need one.
    const [Loaded] = useState(() => loaded ?? Lazy);
    return <Loaded />;
  }
  async function preload(): Promise<void> {
    // If this fails, the page shows the error when it is rendered.
    loaded = await load().then(
      (module) => module[name],
      () => null,
    );
  }
  return Object.assign(Page, { preload: () => void preload() });
}

const NotFoundPage = lazyPage(() => import("../pages/not-found-page.js"), "NotFoundPage");

const RegisterPage = lazyPage(() => import("../pages/register-page.js"), "RegisterPage");
const InvitePage = lazyPage(() => import("../pages/link/invite-page.js"), "InvitePage");
const ResetPage = lazyPage(() => import("../pages/link/reset-page.js"), "ResetPage");

const DeletedPage = lazyPage(() => import("../pages/deletion/deleted-page.js"), "DeletedPage");

const SignedInGate = lazyPage(
  () => import("./gate/load-gate.js").then(({ loadGate }) => loadGate()),
  "SignedInGate",
);
const OwnerGate = lazyPage(() => import("./gate/owner-gate.js"), "OwnerGate");
const HomePage = lazyPage(() => import("../pages/home-page.js"), "HomePage");
const AccountPage = lazyPage(() => import("../pages/account/account-page.js"), "AccountPage");
const OwnSessionsPage = lazyPage(
  () => import("../pages/own-sessions/own-sessions-page.js"),
  "OwnSessionsPage",
);
const PasswordPage = lazyPage(() => import("../pages/password-page.js"), "PasswordPage");
const MembersPage = lazyPage(() => import("../pages/members/members-page.js"), "MembersPage");
const SecurityPage = lazyPage(() => import("../pages/security-page.js"), "SecurityPage");

const SIGNED_IN_PAGES: Readonly<Record<string, LazyPage>> = {
  [PATHS.home]: HomePage,
  [PATHS.account]: AccountPage,
  [PATHS.ownSessions]: OwnSessionsPage,
  [PATHS.password]: PasswordPage,
  [PATHS.members]: MembersPage,
  [PATHS.security]: SecurityPage,
};

const OWNER_PAGES: ReadonlySet<LazyPage> = new Set([MembersPage, SecurityPage]);

/** Loads a signed-in page's modules while the session is still being loaded. */
export function preloadPage(path: string): void {
  const page = Object.hasOwn(SIGNED_IN_PAGES, path) ? SIGNED_IN_PAGES[path] : undefined;
  if (page === undefined) return;
  SignedInGate.preload();
  if (OWNER_PAGES.has(page)) OwnerGate.preload();
  page.preload();
}

/** The pages and their access rules. Only the sign-in page is in the main chunk. */
export const AppRoutes = () => (
  <PageErrorBoundary>
    <Suspense fallback={<WaitingLayout trouble="none" />}>
      <Routes>
        <Route path={PATHS.login} element={<LoginPage />} />
        <Route path="*" element={<NotFoundPage />} />
        <Route path={PATHS.register} element={<RegisterPage />} />
        <Route path={PATHS.invite} element={<InvitePage />} />
        <Route path={PATHS.reset} element={<ResetPage />} />
        <Route path={PATHS.deleted} element={<DeletedPage />} />
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
  </PageErrorBoundary>
);
