import { expect, type Page } from "@playwright/test";
import type { PageErrors } from "../support/page-errors.js";
import type { TestService } from "../support/service.js";
import { signIn } from "../support/sign-in.js";
import type { Time } from "../support/time.js";
import { newOwner, type TestUser } from "../support/users.js";

const LONGEST_RETRY_MS = 40_000;

/** What a state is set up with: a service, its time and browsers. */
export interface StateContext {
  readonly service: TestService;
  readonly time: Time;
  readonly pageErrors: PageErrors;
  /** Opens a page in a new browser without cookies. */
  newPage(): Promise<Page>;
}

/** A state of a page, with a stable name. */
export interface State {
  readonly name: string;
  /** Opens a new page in this state, and resolves once the state is completely visible. */
  open(context: StateContext): Promise<Page>;
}

/** A very long name with a word that can't wrap. */
export const LONG_NAME = `Wolfeschlegelsteinhausenbergerdorff ${"Bartholomew".repeat(8)} of the long names`;

/** Registers an account, and signs its owner in on a new page. */
export async function ownerPage(
  context: StateContext,
  account: { name?: string; accountName?: string } = {},
): Promise<{ page: Page; owner: TestUser }> {
  const owner = await newOwner(context.service, account);
  const page = await context.newPage();
  await signIn(page, owner);
  return { page, owner };
}

/** Answers calls of a path with a problem. */
export async function answerWithError(
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

/** Advances time until the page stops retrying a failed read and offers a retry button. */
export async function untilRetryOffered(context: StateContext, page: Page, count = 1): Promise<void> {
  const retry = page.getByRole("button", { name: "Try again" });
  await expect(async () => {
    await context.time.advance(LONGEST_RETRY_MS);
    await expect(retry).toHaveCount(count, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

/** Leaves calls of a path unanswered. */
export async function neverAnswer(page: Page, path: string | RegExp): Promise<void> {
  await page.route(path, () => undefined);
}
