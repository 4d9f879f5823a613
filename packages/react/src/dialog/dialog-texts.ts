/** The words that every dialog uses. */
export interface DialogTexts {
  readonly cancel: string;
}
