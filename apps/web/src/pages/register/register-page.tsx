import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { DoorLayout } from "../../app/layout/door-layout.js";
import { PageSkeleton } from "../../app/layout/page-skeleton.js";
import { PATHS } from "../../app/paths.js";
import { Reading } from "../../app/queries/reading.js";
import { usePageTitle } from "../../app/use-page-title.js";
import { RegisterForm } from "./register-form.js";
import { registrationIsClosed } from "./registration.js";

/** `/register`: makes an account and its first owner. */
export function RegisterPage() {
  usePageTitle("Create account");
  return (
    <DoorLayout>
      <h1>Create account</h1>
      <Reading>
        <Registration />
      </Reading>
    </DoorLayout>
  );
}

/** The form comes where the server does not answer either: then it says what is wrong as it is sent. */
function Registration() {
  const { api } = useCurfew();
  const config = useQuery({ queryKey: ["config"], queryFn: () => api("GET /api/config"), retry: false });
  const [wasRefused, setWasRefused] = useState(false);
  if (config.isPending) return <PageSkeleton />;
  const isClosed = wasRefused || (config.data !== undefined && registrationIsClosed(config.data));
  return (
    <>
      {isClosed ? (
        <p role="status">Registration is closed here. Ask an owner of your account to invite you.</p>
      ) : (
        <>
          <p className="text-quiet">You will be the owner of the account, and can invite others to it.</p>
          <RegisterForm onClosed={() => setWasRefused(true)} />
        </>
      )}
      <p className="text-quiet">
        Have an account?{" "}
        <Link className="link" to={PATHS.login}>
          Sign in
        </Link>
      </p>
    </>
  );
}
