"use client";

/** What a person sees where a page can't be shown, as while Curfew's database is down: not the sign-in page, since nobody is signed out. */
export default function Trouble() {
  return (
    <main>
      <h1>Please try again in a moment</h1>
      <p>This page can't be shown just now. You are still signed in.</p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}
