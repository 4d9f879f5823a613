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
import { renderWithSession } from "./render-with-session.js";

test("the provider begins the session once, and leaves it running", async () => {
  const session = fakeSession();
  const screen = await render(<SessionProvider session={session}>here</SessionProvider>);
  expect(session.started()).toBe(1);
  await screen.rerender(<SessionProvider session={session}>there</SessionProvider>);
  await screen.unmount();
  expect(session.started()).toBe(1);
});

test("another session takes the place of the first", async () => {
  function Name() {
    const state = useSession();
    return state.status === "signed_in" ? state.user.name : "nobody";
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
  await expect.element(screen.getByText("nobody")).toBeVisible();
  expect(second.started()).toBe(1);
});

test("a hook outside of a provider says where it belongs", async () => {
  const silent = vi.spyOn(console, "error").mockImplementation(() => {});
  await expect(renderHook(() => useCurfew())).rejects.toThrow("must be rendered inside a <SessionProvider>");
  silent.mockRestore();
});

test("each change of the session is seen", async () => {
  function Status() {
    return <p>{useSession().status}</p>;
  }
  const { screen, session } = await renderWithSession(<Status />);
  await expect.element(screen.getByText("signed_in")).toBeVisible();
  session.become({ status: "loading", reconnecting: true });
  await expect.element(screen.getByText("loading")).toBeVisible();
  session.become(signedIn());
  await expect.element(screen.getByText("signed_in")).toBeVisible();
});

test("input that is not saved is known to the whole page, until it is saved or its form is gone", async () => {
  function Form({ dirty }: { dirty: boolean }) {
    useUnsavedInput(dirty);
    return null;
  }
  function Page() {
    return <p>{useHasUnsavedInput() ? "unsaved" : "saved"}</p>;
  }
  const session = fakeSession();
  const page = (forms: React.ReactNode) => (
    <SessionProvider session={session}>
      {forms}
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
