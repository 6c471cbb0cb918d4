import type { Letter } from '../../../platform/mail/index.ts'

type Words = Omit<Letter, 'to' | 'expiresAt'>

/** What an account is told by mail. `place` is the name of the installation. */
export const verifyAddress = (place: string, token: string): Words => ({
  subject: `Verify your address for ${place}`,
  text: `This address was given for an account at ${place}.\n\nIf that was you, follow the link within 24 hours. If it was not, do nothing: without it nobody can show that the address is theirs.`,
  link: { label: 'Verify the address', path: `/verify#${token}` },
})

export const setNewPassword = (place: string, token: string): Words => ({
  subject: `Set a new password for ${place}`,
  text: `Somebody, probably you, has asked for a new password for your account at ${place}.\n\nThe link is good for an hour, and once. Using it signs the account out everywhere. If it was not you, do nothing: your password stays as it is.`,
  link: { label: 'Set a new password', path: `/reset#${token}` },
})

export const confirmAddress = (place: string, token: string): Words => ({
  subject: `Confirm your new address for ${place}`,
  text: `Somebody wants to use this address for their account at ${place}.\n\nIf that was you, follow the link within 24 hours. If it was not, do nothing.`,
  link: { label: 'Use this address', path: `/confirm-email#${token}` },
})

export const addressChanged = (place: string, to: string): Words => ({
  subject: `Your address for ${place} has changed`,
  text: `Your account at ${place} now has the address ${to}. Mails about it no longer come here.\n\nIf that was not you, tell whoever runs ${place} at once.`,
})

const LOST = 'If that was not you, ask for a new password at once and tell whoever runs the installation.'

export const passwordChanged = (place: string): Words => ({
  subject: `Your password for ${place} has changed`,
  text: `The password of your account at ${place} was changed, and its other sessions have ended.\n\n${LOST}`,
})

export const passwordWasReset = (place: string): Words => ({
  subject: `Your password for ${place} has changed`,
  text: `A new password was set for your account at ${place} with a mailed link. Every session has ended: sign in again with the new one. API keys go on working; look at them in your settings.\n\n${LOST}`,
})

/** What the program says of itself is told as it is: its owner may know it. */
export const newDevice = (place: string, from: { ip: string; userAgent: string | null }, at: Date): Words => ({
  subject: `A new device signed in to your account at ${place}`,
  text: `Your account at ${place} was signed in to from a device that it does not know.\n\nWhen: ${at.toUTCString()}\nFrom: ${from.ip}\nDevice: ${(from.userAgent ?? 'unknown').replaceAll(/\s+/g, ' ').slice(0, 200)}\n\nIf that was you, do nothing. If it was not, change your password at once and sign out everywhere else.`,
  link: { label: 'Look at your sessions', path: '/settings/security' },
})

export const accountClosed = (place: string): Words => ({
  subject: `Your account at ${place} is closed`,
  text: `Your account at ${place} was closed, as asked for with its password. Nobody can sign in to it any more.`,
})
