/** The option of the session that the service decides, which the session reads again and again. */
export const warningOption = { warningSeconds: 300 };
