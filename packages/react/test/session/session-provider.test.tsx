import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { render, renderHook } from "vitest-browser-react";
import {
  SessionProvider,
  useCurfew,
  useHasUnsavedInput,
  useSession,
  useUnsavedInput,
} from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";

test("the provider starts the session once and does not stop it", async () => {
  const session = fakeSession();
  const screen = await render(<SessionProvider session={session}>here</SessionProvider>);
  expect(session.startCount()).toBe(1);
  await screen.rerender(<SessionProvider session={session}>there</SessionProvider>);
  await screen.unmount();
  expect(session.startCount()).toBe(1);
});

test("a new session prop replaces the session", async () => {
  function Name() {
    const state = useSession();
    return state.status === "signed_in" ? state.user.name : "signed out";
  }
  const first = fakeSession();
  const second = fakeSession({ state: { status: "signed_out", ended: null, user_id: null } });
  const screen = await render(
    <SessionProvider session={first}>
      <Name />
    </SessionProvider>,
  );
  await expect.element(screen.getByText("Ada Lovelace")).toBeVisible();
  await screen.rerender(
    <SessionProvider session={second}>
      <Name />
    </SessionProvider>,
  );
  await expect.element(screen.getByText("signed out")).toBeVisible();
  expect(second.startCount()).toBe(1);
});

test("a hook outside a provider throws an error that names the provider", async () => {
  const consoleError = vi.spyOn(console, "error").mockImplementation(() => {});
  await expect(renderHook(() => useCurfew())).rejects.toThrow("must be rendered inside a <SessionProvider>");
  consoleError.mockRestore();
});

test("useSession renders each change of the state", async () => {
  function Status() {
    return <p>{useSession().status}</p>;
  }
  const { screen, session } = await renderWithSession(<Status />);
  await expect.element(screen.getByText("signed_in")).toBeVisible();
  session.setState({ status: "loading", reconnecting: true });
  await expect.element(screen.getByText("loading")).toBeVisible();
  session.setState(signedIn());
  await expect.element(screen.getByText("signed_in")).toBeVisible();
});

test("useHasUnsavedInput is true until the form is saved or unmounted", async () => {
  function Form({ dirty }: { dirty: boolean }) {
    useUnsavedInput(dirty);
    return null;
  }
  function Page() {
    return <p>{useHasUnsavedInput() ? "unsaved" : "saved"}</p>;
  }
  const session = fakeSession();
  const page = (form: ReactNode) => (
    <SessionProvider session={session}>
      {form}
      <Page />
    </SessionProvider>
  );
  const screen = await render(page(<Form dirty={false} />));
  await expect.element(screen.getByText("saved", { exact: true })).toBeVisible();
  await screen.rerender(page(<Form dirty />));
  await expect.element(screen.getByText("unsaved")).toBeVisible();
  await screen.rerender(page(<Form dirty={false} />));
  await expect.element(screen.getByText("saved", { exact: true })).toBeVisible();
  await screen.rerender(page(<Form dirty />));
  await screen.rerender(page(null));
  await expect.element(screen.getByText("saved", { exact: true })).toBeVisible();
});
