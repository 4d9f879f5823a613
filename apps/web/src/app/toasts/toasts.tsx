import { CircleCheck, TriangleAlert } from "lucide-react";
import { Toaster, toast } from "sonner";
import "sonner/dist/styles.css";
import "../../styles/toasts.css";

const SHOWN_MS = 6_000;

/** Tells, in passing, that something was done. */
export const tellDone = (words: string): void => {
  toast.success(words);
};

/** Tells, in passing, that something was not done. */
export const tellTrouble = (words: string): void => {
  toast.error(words);
};

/** Takes away all that was told. */
export const dismissToasts = (): void => {
  toast.dismiss();
};

/** Where the toasts show: mounted once, in the layout. */
export const Toasts = () => (
  <Toaster
    position="bottom-center"
    duration={SHOWN_MS}
    theme="system"
    icons={{ success: <CircleCheck size={18} />, error: <TriangleAlert size={18} /> }}
    toastOptions={{ className: "toast" }}
  />
);
