import { describe, expect, it } from "vitest";
import { returnTo } from "../../../src/app/return-to.js";
import { signInAddress } from "../../../src/app/sign-in-address.js";

describe("The sign-in page's address", () => {
  it("tells why and how the session ended, and where to come back to", () => {
    expect(signInAddress({ code: "session_expired", reason: "idle" }, "/account/members")).toBe(
      "/login?reason=session_expired&cause=idle&return_to=%2Faccount%2Fmembers",
    );
    expect(signInAddress({ code: "session_revoked", reason: "token_reused" }, "/")).toBe(
      "/login?reason=session_revoked&cause=token_reused",
    );
  });

  it("tells nothing where nothing is to be told, and home needs no way back", () => {
    expect(signInAddress(null, "/")).toBe("/login");
    expect(signInAddress(null, "/account")).toBe("/login?return_to=%2Faccount");
  });

  it("leads back to the very page, its query and fragment included", () => {
    const from = "/account/sessions?cursor=a%26b&x=1#row";
    const address = new URL(signInAddress(null, from), "https://site.example");
    expect(returnTo(address.searchParams.get("return_to"))).toBe(from);
  });
});
