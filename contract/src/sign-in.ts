import { Type, type Static } from 'typebox'
import { Bytes, Id, Nothing, OneOf, Page, PageQuery, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { SecondFactorNeeded, SignedIn } from './identity.ts'

const mine = { kind: 'user', scope: 'none' } as const
const strict = { additionalProperties: false } as const

/** What somebody calls a thing of theirs. */
const Label = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const Password = Type.String({ maxLength: 1024 })
const Code = Type.String({ minLength: 6, maxLength: 40, description: 'Six digits of an app, or a recovery code.' })
const Token = Type.String({ minLength: 20, maxLength: 4096, description: 'As it came with the options.' })
/** What the browser is given for `navigator.credentials`, and what it gives back (Web Authentication, §5.1). */
const Options = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Credential = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  required: ['id', 'rawId', 'type', 'response'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 2048 },
    rawId: { type: 'string', minLength: 1, maxLength: 2048 },
    type: { const: 'public-key' },
    response: { type: 'object' },
  },
  additionalProperties: true,
})
const Answered = Type.Object({ token: Token, credential: Credential }, strict)
export const PasskeyOptions = Type.Object({ token: Type.String(), options: Options })
export type PasskeyOptions = Static<typeof PasskeyOptions>

// Sessions

/** What a browser or program says of itself; for people to recognise it. */
export const Device = Type.Object({
  browser: Type.Union([Type.String(), Type.Null()]),
  system: Type.Union([Type.String(), Type.Null()]),
  kind: OneOf(['desktop', 'phone', 'tablet', 'other']),
})
export type Device = Static<typeof Device>

/** One signed-in browser or program. */
export const Session = Type.Object({
  id: Id,
  device: Device,
  ip: Type.Union([Type.String(), Type.Null()]),
  isHere: Type.Boolean({ description: 'Last used from the network that asks now.' }),
  isCurrent: Type.Boolean({ description: 'The session that asks.' }),
  signedInBy: OneOf(['password', 'passkey', 'oidc']),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
})
export type Session = Static<typeof Session>

export const listSessions = endpoint({
  id: 'listSessions',
  summary: 'Where you are signed in',
  room: 'identity',
  method: 'GET',
  path: '/me/sessions',
  requires: mine,
  query: Type.Object(PageQuery),
  response: Page(Session),
})

export const revokeSession = endpoint({
  id: 'revokeSession',
  summary: 'Sign out one of your sessions',
  room: 'identity',
  method: 'DELETE',
  path: '/me/sessions/:sessionId',
  requires: mine,
  params: Type.Object({ sessionId: Id }),
  response: Nothing,
  status: 204,
})

export const revokeOtherSessions = endpoint({
  id: 'revokeOtherSessions',
  summary: 'Sign out everywhere but here',
  room: 'identity',
  method: 'POST',
  path: '/me/sessions/revoke-others',
  requires: mine,
  response: Type.Object({ revoked: Type.Integer() }),
})

// What protects the account

export const Passkey = Type.Object({
  id: Id,
  name: Type.String(),
  isSynced: Type.Boolean({ description: 'Kept by a provider on several devices, rather than on one.' }),
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
  createdAt: Timestamp,
})
export type Passkey = Static<typeof Passkey>

export const LinkedSignIn = Type.Object({
  id: Id,
  email: Type.Union([Type.String(), Type.Null()]),
  isOfThisProvider: Type.Boolean({ description: 'False when the installation has another provider now.' }),
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
  createdAt: Timestamp,
})
export type LinkedSignIn = Static<typeof LinkedSignIn>

export const Security = Type.Object({
  hasPassword: Type.Boolean(),
  totp: Type.Object({ isOn: Type.Boolean(), since: Type.Union([Timestamp, Type.Null()]) }),
  recoveryCodesLeft: Type.Integer(),
  passkeys: Type.Array(Passkey),
  linkedSignIns: Type.Array(LinkedSignIn),
  isConfirmed: Type.Boolean({ description: 'Shown recently that it is really you; otherwise confirm before changes.' }),
})
export type Security = Static<typeof Security>

const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), {
    description: 'Told once. Empty when the account has codes already.',
  }),
})

export const getSecurity = endpoint({
  id: 'getSecurity',
  summary: 'What protects your account',
  room: 'identity',
  method: 'GET',
  path: '/me/security',
  requires: mine,
  response: Security,
})

export const getConfirmOptions = endpoint({
  id: 'getConfirmOptions',
  summary: 'What a passkey must answer to confirm that it is you',
  room: 'identity',
  method: 'POST',
  path: '/me/confirm/options',
  requires: mine,
  response: PasskeyOptions,
})

export const confirmIdentity = endpoint({
  id: 'confirmIdentity',
  summary: 'Show again that it is you, by password, code or passkey; needed for what would take the account over',
  room: 'identity',
  method: 'POST',
  path: '/me/confirm',
  requires: mine,
  body: Type.Object(
    { password: Type.Optional(Password), code: Type.Optional(Code), passkey: Type.Optional(Answered) },
    { ...strict, minProperties: 1, maxProperties: 1 },
  ),
  response: Type.Object({ confirmedUntil: Timestamp }),
})

export const beginTotp = endpoint({
  id: 'beginTotp',
  summary: 'A secret for an authenticator app; nothing changes until a code of it is confirmed',
  room: 'identity',
  method: 'POST',
  path: '/me/totp',
  requires: mine,
  response: Type.Object({ secret: Type.String(), uri: Type.String({ description: 'For a QR code.' }) }),
})

export const confirmTotp = endpoint({
  id: 'confirmTotp',
  summary: 'Turn codes of an authenticator app on',
  room: 'identity',
  method: 'POST',
  path: '/me/totp/confirm',
  requires: mine,
  body: Type.Object({ code: Code }, strict),
  response: RecoveryCodes,
})

export const removeTotp = endpoint({
  id: 'removeTotp',
  summary: 'Turn codes of an authenticator app off',
  room: 'identity',
  method: 'DELETE',
  path: '/me/totp',
  requires: mine,
  response: Nothing,
  status: 204,
})

export const renewRecoveryCodes = endpoint({
  id: 'renewRecoveryCodes',
  summary: 'New recovery codes; the ones before are void',
  room: 'identity',
  method: 'POST',
  path: '/me/recovery-codes',
  requires: mine,
  response: RecoveryCodes,
})

export const beginPasskey = endpoint({
  id: 'beginPasskey',
  summary: 'What a new passkey must answer',
  room: 'identity',
  method: 'POST',
  path: '/me/passkeys/options',
  requires: mine,
  response: PasskeyOptions,
})

export const addPasskey = endpoint({
  id: 'addPasskey',
  summary: 'Keep a new passkey',
  room: 'identity',
  method: 'POST',
  path: '/me/passkeys',
  requires: mine,
  body: Type.Object({ name: Label, token: Token, credential: Credential }, strict),
  response: Type.Interface([RecoveryCodes], { passkey: Passkey }),
  status: 201,
})

const passkeyParams = Type.Object({ passkeyId: Id })

export const renamePasskey = endpoint({
  id: 'renamePasskey',
  summary: 'Rename a passkey',
  room: 'identity',
  method: 'PATCH',
  path: '/me/passkeys/:passkeyId',
  requires: mine,
  params: passkeyParams,
  body: Type.Object({ name: Label }, strict),
  response: Passkey,
})

export const removePasskey = endpoint({
  id: 'removePasskey',
  summary: 'Remove a passkey',
  room: 'identity',
  method: 'DELETE',
  path: '/me/passkeys/:passkeyId',
  requires: mine,
  params: passkeyParams,
  response: Nothing,
  status: 204,
})

// Signing in

export const beginPasskeySignIn = endpoint({
  id: 'beginPasskeySignIn',
  summary: 'What a passkey must answer to sign in with it',
  room: 'identity',
  method: 'POST',
  path: '/auth/passkey/options',
  requires: { kind: 'anyone', why: 'This is how one signs in.' },
  response: PasskeyOptions,
})

export const signInWithPasskey = endpoint({
  id: 'signInWithPasskey',
  summary: 'Sign in with a passkey, without a password',
  room: 'identity',
  method: 'POST',
  path: '/auth/passkey',
  requires: { kind: 'anyone', why: 'The answer of the passkey is the credential.' },
  body: Answered,
  response: SignedIn,
})

export const getSecondFactor = endpoint({
  id: 'getSecondFactor',
  summary: 'What may answer a challenge',
  room: 'identity',
  method: 'POST',
  path: '/auth/second-factor/options',
  requires: { kind: 'anyone', why: 'The challenge is the credential.' },
  body: Type.Object({ challenge: Token }, strict),
  response: SecondFactorNeeded,
})

export const answerSecondFactor = endpoint({
  id: 'answerSecondFactor',
  summary: 'Sign in with a code of an app, a recovery code or a passkey, after the first step went well',
  room: 'identity',
  method: 'POST',
  path: '/auth/second-factor',
  requires: { kind: 'anyone', why: 'The challenge and what answers it are the credential.' },
  body: Type.Object(
    { challenge: Token, code: Type.Optional(Code), credential: Type.Optional(Credential) },
    { ...strict, minProperties: 2, maxProperties: 2 },
  ),
  response: SignedIn,
})

// Signing in by a provider (OpenID Connect)

/** Where to go after a sign-in: a path of this page, which no browser can read as another site. */
const Next = Type.String({ maxLength: 1000, pattern: '^/(?![/\\\\])[^\\u0000-\\u001f\\u007f]*$' })

/** Why the way back from a provider ended at the sign-in page or in the settings; told in its address as `refused`. */
export const oidcRefusals = [
  'expired',
  'cancelled',
  'provider',
  'unverified-email',
  'link-first',
  'no-account',
  'linked-elsewhere',
  'suspended',
] as const
export type OidcRefusal = (typeof oidcRefusals)[number]

export const beginOidc = endpoint({
  id: 'beginOidc',
  summary: 'Where to sign in with the provider of this installation',
  room: 'identity',
  method: 'POST',
  path: '/auth/oidc',
  requires: { kind: 'anyone', why: 'This is how one signs in.' },
  body: Type.Object({ next: Type.Optional(Next) }, strict),
  response: Type.Object({ url: Type.String() }),
})

export const beginLinking = endpoint({
  id: 'beginLinking',
  summary: 'Where to sign in with the provider, to be able to sign in that way from now on',
  room: 'identity',
  method: 'POST',
  path: '/me/linked-sign-ins',
  requires: mine,
  response: Type.Object({ url: Type.String() }),
})

export const finishOidc = endpoint({
  id: 'finishOidc',
  summary: 'Where the provider sends the browser back to; goes on to the page',
  room: 'identity',
  method: 'GET',
  path: '/auth/oidc/callback',
  requires: {
    kind: 'anyone',
    why: 'What the provider says, and the cookie of the browser that asked, are the credential.',
  },
  response: Bytes,
})

export const unlinkSignIn = endpoint({
  id: 'unlinkSignIn',
  summary: 'No longer sign in with the provider',
  room: 'identity',
  method: 'DELETE',
  path: '/me/linked-sign-ins/:linkedSignInId',
  requires: mine,
  params: Type.Object({ linkedSignInId: Id }),
  response: Nothing,
  status: 204,
})
