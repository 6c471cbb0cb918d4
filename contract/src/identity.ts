import { Type, type Static } from 'typebox'
import { Email, Id, Nothing, OneOf, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** bcrypt reads 72 bytes and no more; a longer password is refused rather than cut. */
export const PASSWORD_MAX_BYTES = 72
export const PASSWORD_MIN_CHARACTERS = 8

export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})

/** A second name of an account; told apart without regard to case. */
export const Username = Type.String({
  minLength: 3,
  maxLength: 32,
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9]|[._-](?=[A-Za-z0-9]))*$',
  description: 'Letters A to Z, digits, and between them a full stop, dash or underscore.',
})
export const Phone = Type.String({ maxLength: 32, pattern: '^\\+?[0-9](?:[ ()./-]?[ ()./-]?[0-9]){3,19}$' })
/** A name of the IANA time zone database. */
export const TimeZone = Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9_+/-]+$' })
/** A language tag of BCP 47. */
export const Language = Type.String({ maxLength: 35, pattern: '^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$' })
/** As it is tried; any length that may have been set. */
export const Password = Type.String({ minLength: 1, maxLength: 1024 })
export const NewPassword = Type.String({
  minLength: PASSWORD_MIN_CHARACTERS,
  maxLength: 1024,
  description: `At most ${PASSWORD_MAX_BYTES} bytes of UTF-8, and not easy to guess.`,
})

export const themes = ['system', 'light', 'dark'] as const
export const densities = ['comfortable', 'compact'] as const
/** What one can be told of, and by which channels. */
export const topics = ['sign-in', 'sharing', 'membership', 'alerts'] as const
export const channels = ['mail'] as const
const Channels = Type.Array(OneOf(channels), { uniqueItems: true, maxItems: channels.length })

/** What is absent is as the installation does it. */
export const Preferences = Type.Object(
  {
    theme: Type.Optional(OneOf(themes)),
    density: Type.Optional(OneOf(densities)),
    notifications: Type.Optional(
      Type.Object(
        {
          'sign-in': Type.Optional(Channels),
          sharing: Type.Optional(Channels),
          membership: Type.Optional(Channels),
          alerts: Type.Optional(Channels),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Preferences = Static<typeof Preferences>

/** The signed-in user, as they see themselves. */
export const Me = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  isAdministrator: Type.Boolean({ description: 'Administers the installation; as such sees no files.' }),
  isEmailVerified: Type.Boolean({ description: 'A link that was mailed to the address has been used.' }),
  username: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  timeZone: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
  preferences: Preferences,
  avatarVersion: Type.Optional(Type.String({ description: 'Names the picture; absent when there is none.' })),
  lastSignInAt: Type.Optional(Timestamp),
  createdAt: Timestamp,
})
export type Me = Static<typeof Me>

/** The access token goes into `Authorization: Bearer`; the refresh token travels in an HttpOnly cookie. */
export const SignedIn = Type.Object({
  accessToken: Type.String(),
  expiresAt: Timestamp,
  user: Me,
})
export type SignedIn = Static<typeof SignedIn>

export const secondFactors = ['totp', 'passkey', 'recovery-code'] as const

/** The first step went well, and the account wants a second factor. The challenge is good for that and nothing else. */
export const SecondFactorNeeded = Type.Object({
  challenge: Type.String(),
  expiresAt: Timestamp,
  factors: Type.Array(OneOf(secondFactors)),
  passkeyOptions: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
})
export type SecondFactorNeeded = Static<typeof SecondFactorNeeded>

/** What the page must know before anybody has signed in. */
export const Installation = Type.Object({
  name: Type.String(),
  hasAccounts: Type.Boolean({ description: 'False until the first account is made, which becomes the administrator.' }),
  registrationIsOpen: Type.Boolean(),
  maxFileBytes: Type.Integer(),
  maxSessionBytes: Type.Integer(),
  sendsMail: Type.Boolean({ description: 'Otherwise administrators pass mails on by hand, from the outbox.' }),
  oidcName: Type.Optional(
    Type.String({ description: 'The provider that one can sign in with; absent when there is none.' }),
  ),
})
export type Installation = Static<typeof Installation>

export const getInstallation = endpoint({
  id: 'getInstallation',
  summary: 'What this installation is and allows',
  room: 'identity',
  method: 'GET',
  path: '/installation',
  requires: { kind: 'anyone', why: 'The sign-in page needs it.' },
  response: Installation,
})

export const updateInstallation = endpoint({
  id: 'updateInstallation',
  summary: 'Name the installation; open or close registration',
  room: 'identity',
  method: 'PATCH',
  path: '/installation',
  requires: { kind: 'administrator' },
  body: Type.Object(
    { name: Type.Optional(Name), registrationIsOpen: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
  response: Installation,
})

export const register = endpoint({
  id: 'register',
  summary: 'Create an account and sign in',
  room: 'identity',
  method: 'POST',
  path: '/auth/register',
  requires: { kind: 'anyone', why: 'The first account becomes the administrator; later ones need open registration.' },
  body: Type.Object({
    email: Email,
    name: Type.Optional(Name),
    password: NewPassword,
  }),
  response: SignedIn,
  status: 201,
})

export const login = endpoint({
  id: 'login',
  summary: 'Sign in',
  room: 'identity',
  method: 'POST',
  path: '/auth/login',
  requires: { kind: 'anyone', why: 'This is how one signs in.' },
  body: Type.Object(
    { email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 1024 }) },
    { additionalProperties: false },
  ),
  response: Type.Union([SignedIn, SecondFactorNeeded]),
})

export const refresh = endpoint({
  id: 'refresh',
  summary: 'Exchange the refresh cookie for a new pair of tokens',
  room: 'identity',
  method: 'POST',
  path: '/auth/refresh',
  requires: { kind: 'anyone', why: 'The refresh cookie is the credential.' },
  response: SignedIn,
})

export const logout = endpoint({
  id: 'logout',
  summary: 'End this session',
  room: 'identity',
  method: 'POST',
  path: '/auth/logout',
  requires: {
    kind: 'anyone',
    why: 'Ends whatever session the cookie or the token names; without one it does nothing.',
  },
  response: Nothing,
  status: 204,
})

export const getMe = endpoint({
  id: 'getMe',
  summary: 'The signed-in user',
  room: 'identity',
  method: 'GET',
  path: '/me',
  requires: { kind: 'user', scope: 'read' },
  response: Me,
})
