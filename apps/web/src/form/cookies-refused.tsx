import { Info } from "lucide-react";
import { t } from "../text/translate.js";

/** Tells a browser that refuses cookies why it can't stay signed in. In every form that signs in. */
export const CookiesRefused = () =>
  navigator.cookieEnabled ? null : (
    <p role="status" className="curfew-note" data-tone="info">
      <Info className="curfew-icon" aria-hidden="true" />
      <span>
        {t(
          "This browser refuses cookies for this site, so that you can't stay signed in. Allow them, and sign in then.",
        )}
      </span>
    </p>
  );
