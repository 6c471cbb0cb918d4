import { generateSync } from 'otplib'

/** What an authenticator app shows that has this secret, at an instant. */
export const codeOf = (secret: string, atMs = Date.now()): string =>
  generateSync({ secret, epoch: Math.floor(atMs / 1000) })
