import type { LoadingTexts } from "../../resource/loading-texts.js";

export const loading: LoadingTexts = {
  loading: "Loading…",
  failed: "This could not be loaded.",
  again: "Try again",
  showMore: "Show more",
  problem(code) {
    switch (code) {
      case "unreachable":
        return "The server can't be reached. Check your connection and try again.";
      case "unavailable":
        return "The server is in trouble right now. Try again in a moment.";
      case "rate_limited":
        return "That was too often. Try again in a moment.";
      case "reauthentication_required":
        return "Not done: this needs your password once more.";
      case "forbidden":
        return "Only an owner can do this.";
      case "not_found":
        return "This does not exist any more.";
      default:
        return "That did not work. Try again.";
    }
  },
};
