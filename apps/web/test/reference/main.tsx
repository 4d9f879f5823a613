import { useState } from "react";
import { createRoot } from "react-dom/client";

/** A minimal sign-in form with React, the baseline for the sign-in page's load time. */
function ReferencePage() {
  const [email, setEmail] = useState("");
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <h1>Sign in</h1>
      <label>
        E-mail <input type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
      </label>
      <label>
        Password <input type="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}

const root = document.getElementById("app");
if (root !== null) createRoot(root).render(<ReferencePage />);
