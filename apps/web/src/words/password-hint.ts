/** What a new password must be, as the contract has it. */
export const PASSWORD_HINT = "8 characters or more. Three or four words in a row are easy to keep in mind.";
