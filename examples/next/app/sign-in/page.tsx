import { signIn } from "./actions";

const WHY = new Map([
  ["refused", "The e-mail or the password is wrong."],
  ["idle", "You were signed out because you were inactive."],
  ["absolute", "You were signed out because the longest time allowed by your company was over."],
  ["revoked_by_owner", "An owner of your company signed you out."],
]);

export default async function SignIn({ searchParams }: { searchParams: Promise<{ reason?: string }> }) {
  const { reason = "" } = await searchParams;
  return (
    <form action={signIn}>
      <h1>Sign in</h1>
      <p role="status">{WHY.get(reason)}</p>
      <label>
        E-mail <input name="email" type="email" required />
      </label>
      <label>
        Password <input name="password" type="password" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
