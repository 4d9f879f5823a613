import { expect, type Page } from "@playwright/test";
import type { Guard } from "../support/guard.js";
import { newOwner, type Person } from "../support/people.js";
import type { MovableService } from "../support/service.js";
import { signIn } from "../support/sign-in.js";
import type { Time } from "../support/test.js";

const LONGEST_RETRY_MS = 40_000;

/** What a state is set up with: a service, its time, and browsers. */
export interface Stage {
  readonly service: MovableService;
  readonly time: Time;
  readonly guard: Guard;
  /** A page of a browser that has never been here. */
  newPage(): Promise<Page>;
}

/** One thing that a page can show, by a name that stays the same. */
export interface State {
  readonly name: string;
  /** Leads a fresh page there, and resolves once all of it is to be seen. */
  open(stage: Stage): Promise<Page>;
}

/** Longer than any layout expects, and with no place to break. */
export const LONG_NAME = `Wolfeschlegelsteinhausenbergerdorff ${"Bartholomew".repeat(8)} of the long names`;

/** A page with a new account's owner signed in, at the home page. */
export async function ownerPage(
  stage: Stage,
  account: { name?: string; accountName?: string } = {},
): Promise<{ page: Page; owner: Person }> {
  const owner = await newOwner(stage.service, account);
  const page = await stage.newPage();
  await signIn(page, owner);
  return { page, owner };
}

/** Answers a call of the API as a server does that refuses it. */
export async function refuse(
  page: Page,
  path: string | RegExp,
  { status, code, headers = {} }: { status: number; code: string; headers?: Record<string, string> },
): Promise<void> {
  await page.route(path, (route) =>
    route.fulfill({
      status,
      headers: { "Content-Type": "application/problem+json", ...headers },
      body: JSON.stringify({ type: "about:blank", title: code, status, code, detail: code }),
    }),
  );
}

/** Lets time pass until a read that goes on failing is given up, and the page offers to try again. */
export async function untilGivenUp(stage: Stage, page: Page, count = 1): Promise<void> {
  const again = page.getByRole("button", { name: "Try again" });
  await expect(async () => {
    await stage.time.advance(LONGEST_RETRY_MS);
    await expect(again).toHaveCount(count, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

/** Lets calls of the API wait for ever. */
export async function hold(page: Page, path: string | RegExp): Promise<void> {
  await page.route(path, () => undefined);
}
