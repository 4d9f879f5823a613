import { type ComponentPropsWithoutRef, forwardRef, type KeyboardEvent, useState } from "react";
import { useTexts } from "../session/context.js";

/**
 * The input of a password, with a button that shows it and a hint while Caps Lock is on. It belongs into a `curfew-field`, whose
 * label it leaves room for.
 *
 * @param input attributes of the input; `type` is decided here
 * @throws Error outside a `SessionProvider`
 * @example <PasswordInput id={id} name="password" autoComplete="current-password" />
 */
export const PasswordInput = forwardRef<HTMLInputElement, ComponentPropsWithoutRef<"input">>(
  function PasswordInput(
    input,
    // React 18 passes no `ref` among the props.
    ref,
  ) {
    const { password: texts } = useTexts();
    const [isShown, setIsShown] = useState(false);
    const [isCapsLock, setIsCapsLock] = useState(false);
    const readCapsLock = (event: KeyboardEvent) => setIsCapsLock(event.getModifierState("CapsLock"));
    return (
      <>
        <input
          className="curfew-input"
          autoCapitalize="none"
          spellCheck={false}
          {...input}
          ref={ref}
          type={isShown ? "text" : "password"}
          onKeyDown={readCapsLock}
          onKeyUp={readCapsLock}
          onBlur={() => setIsCapsLock(false)}
        />
        <button type="button" className="curfew-show-password" onClick={() => setIsShown(!isShown)}>
          {isShown ? texts.hide : texts.show}
        </button>
        <span className="curfew-caps-lock" aria-live="polite">
          {isCapsLock && texts.capsLock}
        </span>
      </>
    );
  },
);
