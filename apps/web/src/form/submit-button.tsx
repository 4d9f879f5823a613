/**
 * The button that sends a form. While the form is under way it says so and keeps the focus; `useSending` takes no
 * second press.
 *
 * @param busyLabel what it says meanwhile
 */
export const SubmitButton = ({
  label,
  busyLabel,
  isBusy,
}: {
  label: string;
  busyLabel: string;
  isBusy: boolean;
}) => (
  <button
    type="submit"
    className="curfew-button"
    data-kind="primary"
    aria-busy={isBusy}
    aria-disabled={isBusy}
  >
    {isBusy ? busyLabel : label}
  </button>
);
