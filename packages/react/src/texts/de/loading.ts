import type { LoadingTexts } from "../../resource/loading-texts.js";

export const loading: LoadingTexts = {
  loading: "Wird geladen …",
  failed: "Das konnte nicht geladen werden.",
  again: "Erneut versuchen",
  showMore: "Mehr anzeigen",
  problem(code) {
    switch (code) {
      case "unreachable":
        return "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.";
      case "unavailable":
        return "Der Server ist gerade gestört. Versuchen Sie es gleich noch einmal.";
      case "rate_limited":
        return "Das war zu oft. Versuchen Sie es gleich noch einmal.";
      case "reauthentication_required":
        return "Nicht ausgeführt: Dafür wird Ihr Passwort noch einmal gebraucht.";
      case "forbidden":
        return "Nur Inhaber können das tun.";
      case "not_found":
        return "Das gibt es nicht mehr.";
      default:
        return "Das hat nicht geklappt. Versuchen Sie es erneut.";
    }
  },
};
