import { createCurfewSession } from "@curfew/client";
import { en, SessionProvider, type Texts } from "@curfew/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { isPublicPath } from "./app/paths.js";
import { AppRoutes, preloadPage } from "./app/routes.js";
import { warningOption } from "./app/warning-option.js";
import { captureLinkTokens } from "./pages/link/link-token.js";
import { chooseLanguage } from "./text/choose-language.js";
import { addTexts, setLanguage } from "./text/translate.js";
import "./styles/app.css";

const session = createCurfewSession(warningOption);
const { pathname } = window.location;
const { language, locale } = chooseLanguage(navigator.languages);
setLanguage(locale);
captureLinkTokens();
preloadPage(pathname);
session.start({ quietly: isPublicPath(pathname) });

const render = (root: HTMLElement, texts: Texts): void =>
  createRoot(root).render(
    <StrictMode>
      <SessionProvider session={session} texts={texts}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </SessionProvider>
    </StrictMode>,
  );

const root = document.getElementById("app");
if (root !== null) {
  const showEnglish = (): void => render(root, { ...en, locale });
  if (language === "en") showEnglish();
  else
    import("./text/german.js").then(({ germanPages, germanAnswers, germanComponents }) => {
      document.documentElement.lang = language;
      addTexts({ ...germanPages, ...germanAnswers });
      render(root, { ...germanComponents, locale });
    }, showEnglish);
}
