import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import "../styles/styles.css";
import { ActiveSessions } from "../src/active-sessions/active-sessions.js";
import { RevokeSessionsModal } from "../src/active-sessions/revoke-sessions.js";
import { RecentActivity } from "../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../src/policy/session-policy-form.js";
import { ReauthenticationDialog } from "../src/reauthentication/reauthentication-dialog.js";
import { de } from "../src/texts/de.js";
import { en } from "../src/texts/en.js";
import { fakeSession, signedIn } from "../testing/index.js";
import { auditEvent, sessionItem } from "./support/fake-account.js";
import { renderOwner } from "./support/render-owner.js";
import { renderWithSession } from "./support/render-with-session.js";

const LONG_NAME = `Wolfe${"schlegelstein".repeat(8)}`;

beforeAll(() => page.viewport(320, 800));
afterAll(() => page.viewport(1280, 800));

test("a list of many people gets as narrow as the page does", async () => {
  await page.viewport(1280, 800);
  const { screen } = await renderOwner(<ActiveSessions />, (account) => {
    account.sessions = Array.from({ length: 200 }, (_, i) =>
      sessionItem(`s${i}`, `Person ${i}`, i + 1, { current: i === 0 }),
    );
  });
  await expect.element(screen.getByRole("button", { name: /^Person 0/ })).toBeVisible();
  for (const y of [3000, 0]) {
    window.scrollTo(0, y);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }
  await page.viewport(320, 800);
  await expect.poll(() => document.documentElement.scrollWidth).toBe(320);
});

test("a hundred people at 320 px leave the next section near, and each can be reached by keyboard", async () => {
  await page.viewport(320, 800);
  const { screen } = await renderOwner(
    <>
      <ActiveSessions />
      <RecentActivity />
    </>,
    (account) => {
      account.sessions = Array.from({ length: 100 }, (_, i) =>
        sessionItem(`s${i}`, `Person ${i}`, i + 1, { current: i === 0 }),
      );
    },
  );
  await expect.poll(() => screen.container.querySelectorAll(".curfew-people > li").length).toBe(100);
  const topOf = (name: string) => screen.getByRole("heading", { name }).element().getBoundingClientRect().top;
  expect(topOf("Recent activity") - topOf("Active sessions")).toBeLessThan(2 * 800);
  const last = screen.getByRole("button", { name: /^Person 99 / });
  (last.element() as HTMLElement).focus();
  await expect.element(last).toBeInViewport();
});

describe.each([
  ["English", en],
  ["German", de],
])("at 320 px, in %s", (_, texts) => {
  test("long names, devices and addresses do not widen the page", async () => {
    const { screen } = await renderOwner(
      <>
        <SessionPolicyForm />
        <ActiveSessions />
        <RecentActivity />
      </>,
      (account) => {
        const device = {
          label: LONG_NAME,
          user_agent: LONG_NAME,
          ip: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        };
        account.sessions = [
          sessionItem("s1", "Ada", 1, { current: true }),
          sessionItem("s2", LONG_NAME, 2, {
            device,
            user: { id: "long", name: LONG_NAME, email: `${LONG_NAME}@example.com` },
          }),
        ];
        account.events = [auditEvent("1", "member.invited", { name: LONG_NAME, role: "member" })];
      },
      texts,
    );
    await screen.getByRole("button", { name: new RegExp(`^${LONG_NAME}`) }).click();
    await expect.element(screen.getByRole("list", { name: new RegExp(LONG_NAME) })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBe(320);
  });

  test("the labels of the working day stay inside the picture and do not overlap", async () => {
    const { screen } = await renderOwner(<SessionPolicyForm />, undefined, texts);
    await screen.getByRole("radio", { name: texts.policy.preset.custom }).click();
    for (const [idle, absolute] of [
      [10, 1440],
      [15, 720],
      [60, 480],
      [30, 30],
      [45, 210],
    ]) {
      await screen.getByLabelText(texts.policy.absolute).fill(String(absolute));
      await screen.getByLabelText(texts.policy.idle).fill(String(idle));
      const labels = [...screen.container.querySelectorAll(".curfew-day text")].map((label) =>
        label.getBoundingClientRect(),
      );
      expect(labels.length).toBeGreaterThan(4);
      const picture = screen.container.querySelector(".curfew-day svg")?.getBoundingClientRect();
      for (const label of labels) {
        expect(label.left).toBeGreaterThanOrEqual((picture?.left ?? 0) - 4);
        expect(label.right).toBeLessThanOrEqual((picture?.right ?? 0) + 4);
      }
      expect(
        labels.filter((label, index) => labels.slice(index + 1).some((other) => overlaps(label, other))),
      ).toEqual([]);
    }
  });
});

describe.each([
  ["English", en],
  ["German", de],
])("in a column of 760 px, in %s", (_, texts) => {
  test("the filter by type shows the longest type whole", async () => {
    await page.viewport(760, 800);
    const { screen } = await renderOwner(<RecentActivity />, undefined, texts);
    const select = screen.getByLabelText(texts.activity.type).element() as HTMLSelectElement;
    const widthNow = select.getBoundingClientRect().width;
    select.style.width = "max-content";
    expect(select.getBoundingClientRect().width).toBeLessThanOrEqual(widthNow);
  });

  test.each(["others", "all"] as const)("the button that signs %s out is one line", async (scope) => {
    await page.viewport(760, 800);
    const modal = (
      <RevokeSessionsModal
        open
        scope={scope}
        sessions={37}
        people={14}
        onClose={() => {}}
        onRevoked={() => {}}
      />
    );
    const { screen } = await renderOwner(modal, undefined, texts);
    const button = screen.getByRole("button", { name: /37/ }).element();
    expect(linesOf(button)).toBe(1);
  });
});

describe("an e-mail address that does not fit in a line", () => {
  const EMAIL = "edsger.wybe.dijkstra@rotterdam.example";

  /** In how many lines the part after the `@` stands in the first element whose text is matched. */
  function linesOfDomain(root: Element): number {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node.textContent?.includes("@rotterdam.example") && node.parentElement?.checkVisibility()) {
        const range = document.createRange();
        range.setStart(node, node.textContent.indexOf("@"));
        range.setEnd(node, node.textContent.indexOf("@") + "@rotterdam.example".length);
        return new Set([...range.getClientRects()].map(({ top }) => top)).size;
      }
    return 0;
  }

  test("breaks before its @ in the list of active sessions", async () => {
    await page.viewport(320, 800);
    const { screen } = await renderOwner(<ActiveSessions />, (account) => {
      account.sessions = [
        sessionItem("s1", "Ada", 1, { current: true }),
        sessionItem("s2", "Edsger", 2, { user: { id: "edsger", name: "Edsger", email: EMAIL } }),
      ];
    });
    await expect.element(screen.getByRole("button", { name: /^Edsger/ })).toBeVisible();
    expect(linesOfDomain(screen.container)).toBe(1);
  });

  test("breaks before its @ in the dialog that asks for the password", async () => {
    await page.viewport(320, 800);
    const { user } = signedIn();
    const session = fakeSession();
    session.setState(signedIn({}, { user: { ...user, email: EMAIL }, needs_sign_in: true }));
    const { screen } = await renderWithSession(<ReauthenticationDialog />, session);
    await expect.element(screen.getByRole("dialog")).toBeVisible();
    expect(linesOfDomain(screen.getByRole("dialog").element())).toBe(1);
  });
});

/** How many lines the text of an element takes. */
function linesOf(element: Element): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  return new Set([...range.getClientRects()].map(({ top }) => top)).size;
}

/** Line boxes are taller than their letters, so two rows may overlap by up to 3 px. */
const overlaps = (a: DOMRect, b: DOMRect): boolean =>
  a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
