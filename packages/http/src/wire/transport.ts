/** How a refresh token is sent: in the refresh cookie, or in JSON bodies. */
export type Transport = "cookie" | "body";
