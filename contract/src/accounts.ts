import { Type, type Static } from 'typebox'
import { Bytes, Email, Id, Nothing, OneOf, Page, PageQuery, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Me, Name, NewPassword, Password, Phone, Preferences, TimeZone, Language, Username } from './identity.ts'

/** A secret from a mail: 32 random bytes, base64url. */
const MailedToken = Type.String({ minLength: 43, maxLength: 43, pattern: '^[\\w-]+$' })
const userParams = Type.Object({ userId: Id })
const byMail = { kind: 'anyone', why: 'The secret from the mail is the credential.' } as const

/** Absent fields stay as they are; null removes what may be absent. */
export const updateMe = endpoint({
  id: 'updateMe',
  summary: 'Change what your account says of you, and how the page looks to you',
  room: 'identity',
  method: 'PATCH',
  path: '/me',
  requires: { kind: 'user', scope: 'none' },
  body: Type.Object(
    {
      name: Type.Optional(Name),
      username: Type.Optional(Type.Union([Username, Type.Null()])),
      phone: Type.Optional(Type.Union([Phone, Type.Null()])),
      timeZone: Type.Optional(Type.Union([TimeZone, Type.Null()])),
      language: Type.Optional(Type.Union([Language, Type.Null()])),
      preferences: Type.Optional(Preferences),
    },
    { additionalProperties: false },
  ),
  response: Me,
})

/** An uploaded picture may have so many bytes. */
export const MAX_AVATAR_BYTES = 5 * 1024 ** 2

export const setAvatar = endpoint({
  id: 'setAvatar',
  summary:
    'Show a picture of you: JPEG, PNG, WebP, GIF or AVIF of at most 5 MiB; it is cut square and made anew, without metadata',
  room: 'identity',
  method: 'PUT',
  path: '/me/avatar',
  requires: { kind: 'user', scope: 'none' },
  response: Me,
})

export const removeAvatar = endpoint({
  id: 'removeAvatar',
  summary: 'Show no picture of you any more',
  room: 'identity',
  method: 'DELETE',
  path: '/me/avatar',
  requires: { kind: 'user', scope: 'none' },
  response: Me,
})

export const getAvatar = endpoint({
  id: 'getAvatar',
  summary: 'The picture of somebody who is in an organization with you: WebP of 256 pixels',
  room: 'identity',
  method: 'GET',
  path: '/users/:userId/avatar',
  requires: { kind: 'user', scope: 'read' },
  params: userParams,
  query: Type.Object({
    version: Type.Optional(
      Type.String({ maxLength: 64, description: 'So that each picture has an address of its own.' }),
    ),
  }),
  response: Bytes,
})

export const sendVerification = endpoint({
  id: 'sendVerification',
  summary: 'Mail the link that verifies your address once more',
  room: 'identity',
  method: 'POST',
  path: '/me/verification',
  requires: { kind: 'user', scope: 'none' },
  response: Nothing,
  status: 204,
})

export const verifyEmail = endpoint({
  id: 'verifyEmail',
  summary: 'Show that a mailed link arrived; good once, for 24 hours',
  room: 'identity',
  method: 'POST',
  path: '/auth/verify-email',
  requires: byMail,
  body: Type.Object({ token: MailedToken }, { additionalProperties: false }),
  response: Type.Object({ email: Type.String() }),
})

export const forgotPassword = endpoint({
  id: 'forgotPassword',
  summary: 'Ask for a mail with a link to set a new password; answers alike whether there is such an account or not',
  room: 'identity',
  method: 'POST',
  path: '/auth/forgot-password',
  requires: { kind: 'anyone', why: 'Whoever has forgotten it cannot sign in.' },
  body: Type.Object({ email: Type.String({ maxLength: 254 }) }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const resetPassword = endpoint({
  id: 'resetPassword',
  summary: 'Set a new password with a mailed link, good once, for an hour; ends every session of the account',
  room: 'identity',
  method: 'POST',
  path: '/auth/reset-password',
  requires: byMail,
  body: Type.Object({ token: MailedToken, password: NewPassword }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const changePassword = endpoint({
  id: 'changePassword',
  summary: 'Change your password; ends your other sessions',
  room: 'identity',
  method: 'POST',
  path: '/me/password',
  requires: { kind: 'user', scope: 'none' },
  body: Type.Object({ password: Password, newPassword: NewPassword }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const changeEmail = endpoint({
  id: 'changeEmail',
  summary: 'Mail a link to a new address; the change happens when it is used, within 24 hours',
  room: 'identity',
  method: 'POST',
  path: '/me/email',
  requires: { kind: 'user', scope: 'none' },
  body: Type.Object({ password: Password, email: Email }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const confirmEmail = endpoint({
  id: 'confirmEmail',
  summary: 'Make the address that a mailed link came to the one of the account',
  room: 'identity',
  method: 'POST',
  path: '/auth/confirm-email',
  requires: byMail,
  body: Type.Object({ token: MailedToken }, { additionalProperties: false }),
  response: Type.Object({ email: Type.String() }),
})

/** What closing the account would do to the files in one organization. */
export const ClosingOrganization = Type.Object({
  id: Id,
  name: Type.String(),
  fileCount: Type.Integer({ minimum: 0, description: 'Files that you uploaded and that are not in the trash.' }),
  heir: Type.Optional(Type.String({ description: 'Name of the owner who would get them.' })),
  isBlocking: Type.Boolean({ description: 'You are its last owner and not its last member: hand it over first.' }),
})
export type ClosingOrganization = Static<typeof ClosingOrganization>

export const previewClosing = endpoint({
  id: 'previewClosing',
  summary: 'What closing your account would mean',
  room: 'ops',
  method: 'GET',
  path: '/me/closing',
  requires: { kind: 'user', scope: 'none' },
  response: Type.Object({ organizations: Type.Array(ClosingOrganization) }),
})

export const closeAccount = endpoint({
  id: 'closeAccount',
  summary: 'Close your account for good',
  room: 'ops',
  method: 'POST',
  path: '/me/closing',
  requires: { kind: 'user', scope: 'none' },
  body: Type.Object(
    {
      password: Password,
      files: Type.Unsafe<'hand-over' | 'trash'>({
        ...OneOf(['hand-over', 'trash'] as const),
        description: 'Give your files to an owner of each organization, or put them into its trash.',
      }),
    },
    { additionalProperties: false },
  ),
  response: Nothing,
  status: 204,
})

/** An account as administrators of the installation see it. */
export const Account = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  username: Type.Optional(Type.String()),
  isAdministrator: Type.Boolean(),
  isEmailVerified: Type.Boolean(),
  hasSecondFactor: Type.Boolean(),
  suspendedAt: Type.Optional(Timestamp),
  lastSignInAt: Type.Optional(Timestamp),
  createdAt: Timestamp,
})
export type Account = Static<typeof Account>

export const listUsers = endpoint({
  id: 'listUsers',
  summary: 'The accounts of this installation, newest first',
  room: 'identity',
  method: 'GET',
  path: '/users',
  requires: { kind: 'administrator' },
  query: Type.Object({
    ...PageQuery,
    search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of a name, username or address.' })),
  }),
  response: Page(Account),
})

export const suspendUser = endpoint({
  id: 'suspendUser',
  summary: 'Refuse an account everywhere, at once, until it is resumed',
  room: 'identity',
  method: 'POST',
  path: '/users/:userId/suspend',
  requires: { kind: 'administrator' },
  params: userParams,
  response: Account,
})

export const resumeUser = endpoint({
  id: 'resumeUser',
  summary: 'Let a suspended account in again',
  room: 'identity',
  method: 'POST',
  path: '/users/:userId/resume',
  requires: { kind: 'administrator' },
  params: userParams,
  response: Account,
})

export const setAdministrator = endpoint({
  id: 'setAdministrator',
  summary: 'Make an account administrator of the installation, or no longer',
  room: 'identity',
  method: 'PUT',
  path: '/users/:userId/administrator',
  requires: { kind: 'administrator' },
  params: userParams,
  body: Type.Object({ isAdministrator: Type.Boolean() }, { additionalProperties: false }),
  response: Account,
})

export const sendPasswordReset = endpoint({
  id: 'sendPasswordReset',
  summary: 'Mail somebody the link to set a new password',
  room: 'identity',
  method: 'POST',
  path: '/users/:userId/password-reset',
  requires: { kind: 'administrator' },
  params: userParams,
  response: Nothing,
  status: 204,
})

export const mailStates = ['waiting', 'kept', 'sent', 'failed', 'expired'] as const

/** A mail that is on its way, is out, or is kept because there is no mail server. */
export const OutboxMail = Type.Object({
  id: Id,
  to: Type.String(),
  subject: Type.String(),
  state: OneOf(mailStates),
  failure: Type.Optional(Type.String({ description: 'What the mail server said last.' })),
  text: Type.Optional(Type.String({ description: 'Only while no mail server is set, and not for API keys.' })),
  link: Type.Optional(
    Type.Object({ label: Type.String(), path: Type.String({ description: 'Of the page, with its secret.' }) }),
  ),
  createdAt: Timestamp,
  sentAt: Type.Optional(Timestamp),
  expiresAt: Timestamp,
})
export type OutboxMail = Static<typeof OutboxMail>

export const listOutbox = endpoint({
  id: 'listOutbox',
  summary: 'The mails of this installation, newest first',
  room: 'identity',
  method: 'GET',
  path: '/outbox',
  requires: { kind: 'administrator' },
  query: Type.Object(PageQuery),
  response: Type.Object({
    items: Type.Array(OutboxMail),
    next: Type.Optional(Type.String()),
    hasMailServer: Type.Boolean({ description: 'Whether mails are sent; otherwise administrators pass them on.' }),
  }),
})
