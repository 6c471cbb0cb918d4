import { Type, type Static } from 'typebox'
import { Id, Nothing, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** bcrypt reads 72 bytes and no more; a longer password is refused rather than cut. */
export const PASSWORD_MAX_BYTES = 72
export const PASSWORD_MIN_CHARACTERS = 8

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@\\u0000]+@[^\\s@\\u0000]+$' })
const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})

/** The signed-in user, as they see themselves. */
export const Me = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  isAdministrator: Type.Boolean({ description: 'Administers the installation; as such sees no files.' }),
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

/** What the page must know before anybody has signed in. */
export const Installation = Type.Object({
  name: Type.String(),
  hasAccounts: Type.Boolean({ description: 'False until the first account is made, which becomes the administrator.' }),
  registrationIsOpen: Type.Boolean(),
  maxFileBytes: Type.Integer(),
  maxSessionBytes: Type.Integer(),
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
    password: Type.String({
      minLength: PASSWORD_MIN_CHARACTERS,
      maxLength: 1024,
      description: `At most ${PASSWORD_MAX_BYTES} bytes of UTF-8.`,
    }),
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
  body: Type.Object({ email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 1024 }) }),
  response: SignedIn,
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
