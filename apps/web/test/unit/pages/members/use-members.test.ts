import { type Api, CurfewProblem, type Member, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import {
  foundMembers,
  isLastOwner,
  memberProblemMessage,
  readFound,
} from "../../../../src/pages/members/use-members.js";

const message = (code: ProblemDetails["code"], detail = "A plain sentence") =>
  memberProblemMessage(new CurfewProblem({ code, status: 409, detail, errors: [] }));

describe("memberProblemMessage", () => {
  it("says what to do about the last owner", () => {
    expect(message("last_owner")).toBe(
      "This is the last owner who can sign in. Make somebody else an owner first.",
    );
  });

  it("says that the password is required", () => {
    expect(message("reauthentication_required")).toBe("Not done: this needs your password once more.");
  });

  it("says that the member was removed", () => {
    expect(message("not_found")).toBe("This member is not in the account any more.");
  });

  it("uses the general messages otherwise", () => {
    expect(message("email_taken")).toBe("This e-mail address belongs to somebody already.");
    expect(message("forbidden", "Your role does not allow this")).toBe("Your role does not allow this.");
    expect(memberProblemMessage(new TypeError("no function"))).toBe(
      "Something went wrong on this page. Please try again.",
    );
  });
});

const member = (id: string, changes: Partial<Member> = {}): Member => ({
  id,
  name: id,
  email: `${id}@example.com`,
  role: "member",
  status: "active",
  last_login_at: null,
  ...changes,
});

/** An API that knows the members of an account only, two on a page. */
function apiOf(members: readonly Member[]) {
  const cursors: (string | undefined)[] = [];
  const api = (async (_name: string, { query }: { query: { cursor?: string } }) => {
    cursors.push(query.cursor);
    const start = Number(query.cursor ?? 0);
    const isLast = start + 2 >= members.length;
    return { items: members.slice(start, start + 2), next_cursor: isLast ? null : String(start + 2) };
  }) as unknown as Api;
  return { api, cursors };
}

const ada = member("ada", { role: "owner" });
const others = Array.from({ length: 30 }, (_, index) => member(`member-${index}`));

describe("the search for another owner", () => {
  it("ends at the first one who can sign in", async () => {
    const zoe = member("zoe", { role: "owner" });
    const { api, cursors } = apiOf([ada, ...others.slice(0, 3), zoe, ...others.slice(3)]);
    expect(await isLastOwner(api, "ada")).toBe(false);
    expect(cursors).toEqual([undefined, "2", "4"]);
  });

  it("finds none among owners who were disabled or have not joined", async () => {
    const { api } = apiOf([
      ada,
      member("bea", { role: "owner", status: "disabled" }),
      member("cal", { role: "owner", status: "invited" }),
    ]);
    expect(await isLastOwner(api, "ada")).toBe(true);
  });

  it("gives up after five pages, and leaves it to the server", async () => {
    const { api, cursors } = apiOf([ada, ...others]);
    expect(await isLastOwner(api, "ada")).toBe(false);
    expect(cursors).toHaveLength(5);
  });
});

describe("the members of the loaded pages", () => {
  it("are each listed once, though a renamed one may be on two pages", () => {
    const pages = [
      { items: [ada, member("bob")], next_cursor: "c", q: "b" },
      { items: [member("bob"), member("eve")], next_cursor: null, q: "b" },
    ];
    const { items, ...rest } = foundMembers({ pages });
    expect(items.map(({ id }) => id)).toEqual(["ada", "bob", "eve"]);
    expect(rest).toEqual({ q: "b", hasMore: false });
    expect(foundMembers({ pages: pages.slice(0, 1) }).hasMore).toBe(true);
  });
});

describe("a page of a search", () => {
  /** An API of which only the fifth page has anybody, and each page but the tenth is followed by another. */
  function searchedApi() {
    const queries: object[] = [];
    const api = (async (_name: string, { query }: { query: { cursor?: string } }) => {
      queries.push(query);
      const page = Number(query.cursor ?? 1);
      return { items: page === 5 ? [ada] : [], next_cursor: page === 10 ? null : String(page + 1) };
    }) as unknown as Api;
    return { api, queries };
  }
  const signal = new AbortController().signal;

  it("is the first that has anybody", async () => {
    const { api, queries } = searchedApi();
    expect(await readFound(api, "ada", null, signal)).toEqual({ items: [ada], next_cursor: "6", q: "ada" });
    expect(queries[0]).toEqual({ limit: 50, q: "ada" });
    expect(queries.at(-1)).toEqual({ limit: 50, q: "ada", cursor: "5" });
  });

  it("is empty only at the end of the account", async () => {
    const { api, queries } = searchedApi();
    expect(await readFound(api, "ada", "6", signal)).toEqual({ items: [], next_cursor: null, q: "ada" });
    expect(queries).toHaveLength(5);
  });

  it("is not looked for any further once it is not shown", async () => {
    const { api, queries } = searchedApi();
    await readFound(api, "ada", null, AbortSignal.abort());
    expect(queries).toHaveLength(1);
  });
});
