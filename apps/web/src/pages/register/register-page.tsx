import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { DoorLayout } from "../../app/layout/door-layout.js";
import { PATHS } from "../../app/paths.js";
import { usePageTitle } from "../../app/use-page-title.js";
import { RegisterForm } from "./register-form.js";
import { registrationIsClosed } from "./registration.js";

/** `/register`: makes an account and its first owner. */
export function RegisterPage() {
  usePageTitle("Create account");
  const { api } = useCurfew();
  const config = useQuery({ queryKey: ["config"], queryFn: () => api.config(), staleTime: 0 });
  const [wasRefused, setWasRefused] = useState(false);
  const isClosed = wasRefused || (config.data !== undefined && registrationIsClosed(config.data));
  return (
    <DoorLayout>
      <h1>Create account</h1>
      {isClosed ? (
        <p>Registration is closed here. Ask an owner of your account to invite you.</p>
      ) : (
        <>
          <p className="text-quiet min-h-12">
            {config.data?.first_run === true
              ? "Nobody has an account here yet. Yours is the first, and you will be its owner."
              : "You will be the owner of the account, and can invite others to it."}
          </p>
          <RegisterForm onClosed={() => setWasRefused(true)} />
        </>
      )}
      <p className="text-quiet">
        Have an account?{" "}
        <Link className="link" to={PATHS.login}>
          Sign in
        </Link>
      </p>
    </DoorLayout>
  );
}
