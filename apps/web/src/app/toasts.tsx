import { CircleCheck, TriangleAlert } from "lucide-react";
import { Toaster, toast } from "sonner";
import "sonner/dist/styles.css";
import "../styles/toasts.css";
import { t } from "../text/translate.js";

const DURATION_MS = 6_000;

export const showSuccess = (text: string): void => {
  toast.success(text);
};

export const showError = (text: string): void => {
  toast.error(text);
};

export const dismissToasts = (): void => {
  toast.dismiss();
};

/** The region of the toasts; mounted once, in the layout. */
export const Toasts = () => (
  <Toaster
    containerAriaLabel={t("Notifications")}
    position="bottom-center"
    duration={DURATION_MS}
    theme="system"
    icons={{ success: <CircleCheck size={18} />, error: <TriangleAlert size={18} /> }}
    toastOptions={{ className: "toast" }}
  />
);
