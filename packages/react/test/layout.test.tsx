import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import "../../styles/styles.css";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import { auditEvent, sessionItem } from "../account/fake-account.js";
import { renderOwner } from "../account/render-owner.js";

const LONG = `Wolfe${"schlegelstein".repeat(8)}`;

beforeAll(() => page.viewport(320, 800));
afterAll(() => page.viewport(1280, 800));

describe.each([
  ["English", en],
  ["German", de],
])("at 320 px, in %s", (_, texts) => {
  test("nothing is wider than the page, however long a name, a device or an address is", async () => {
    const { screen } = await renderOwner(
      <>
        <SessionPolicyForm />
        <ActiveSessions />
        <RecentActivity />
      </>,
      (account) => {
        const device = { label: LONG, user_agent: LONG, ip: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" };
        account.sessions = [
          sessionItem("s1", "Ada", 1, { current: true }),
          sessionItem("s2", LONG, 2, {
            device,
            user: { id: "long", name: LONG, email: `${LONG}@example.com` },
          }),
        ];
        account.events = [auditEvent("1", "member.invited", { name: LONG, role: "member" })];
      },
      texts,
    );
    await screen.getByRole("button", { name: new RegExp(`^${LONG}`) }).click();
    await expect.element(screen.getByRole("list", { name: new RegExp(LONG) })).toBeVisible();
    expect(document.documentElement.scrollWidth).toBe(320);
  });

  test("the day's labels stand inside the picture and never on one another", async () => {
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
      const boxes = [...screen.container.querySelectorAll(".curfew-day text")].map((label) =>
        label.getBoundingClientRect(),
      );
      expect(boxes.length).toBeGreaterThan(4);
      const picture = screen.container.querySelector(".curfew-day svg")?.getBoundingClientRect();
      for (const box of boxes) {
        expect(box.left).toBeGreaterThanOrEqual((picture?.left ?? 0) - 4);
        expect(box.right).toBeLessThanOrEqual((picture?.right ?? 0) + 4);
      }
      expect(
        boxes.filter((box, index) => boxes.slice(index + 1).some((other) => overlaps(box, other))),
      ).toEqual([]);
    }
  });
});

/** A line's height is more than its letters': two rows may share a pixel or two. */
const overlaps = (one: DOMRect, other: DOMRect): boolean =>
  one.left < other.right &&
  other.left < one.right &&
  one.top + 3 < other.bottom &&
  other.top + 3 < one.bottom;
