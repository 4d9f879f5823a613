import { describe, expect, it } from "vitest";
import { chooseEncoding } from "../../../../src/pages/web-app/choose-encoding.js";

describe("The encoding of a file", () => {
  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0.8, gzip;q=0.8", "br"],
    ["gzip;q=1.0, br;q=0", "gzip"],
    ["GZIP", "gzip"],
    [" gzip ; q=0.3 ", "gzip"],
    ["*", "br"],
    ["br;q=0, *;q=0.1", "gzip"],
    ["*;q=0", null],
    ["identity", null],
    ["deflate, zstd", null],
    ["gzip;q=0", null],
    ["gzip;q=nonsense", null],
    ["brr, gzipped", null],
    ["", null],
    [undefined, null],
  ])("for %j is %j", (accepted, encoding) => {
    expect(chooseEncoding(accepted, ["br", "gzip"])).toBe(encoding);
  });

  it("is one that the file is kept in", () => {
    expect(chooseEncoding("br, gzip", ["gzip"])).toBe("gzip");
    expect(chooseEncoding("br, gzip", ["br"])).toBe("br");
    expect(chooseEncoding("br, gzip", [])).toBeNull();
  });
});
