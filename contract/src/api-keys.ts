import { Type, type Static } from 'typebox'
import { Scope } from './access.ts'
import { Id, Nothing, OneOf, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Device } from './sign-in.ts'

const mine = { kind: 'user', scope: 'none' } as const
const strict = { additionalProperties: false } as const

/** What somebody calls a key or a program. */
const Label = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

const Scopes = Type.Array(Scope, { minItems: 1, maxItems: 20, uniqueItems: true })

export const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  scopes: Type.Array(Scope),
  ending: Type.String({ description: 'Last characters of the key.' }),
  expiresAt: Type.Union([Timestamp, Type.Null()]),
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
  lastUsedIp: Type.Union([Type.String(), Type.Null()]),
  createdAt: Timestamp,
})
export type ApiKey = Static<typeof ApiKey>

export const MadeApiKey = Type.Object({
  apiKey: ApiKey,
  token: Type.String({ description: 'For `Authorization: Bearer`. Told once.' }),
})
export type MadeApiKey = Static<typeof MadeApiKey>

export const listApiKeys = endpoint({
  id: 'listApiKeys',
  summary: 'Your API keys',
  room: 'identity',
  method: 'GET',
  path: '/me/api-keys',
  requires: mine,
  response: Type.Object({ items: Type.Array(ApiKey) }),
})

export const createApiKey = endpoint({
  id: 'createApiKey',
  summary: 'Make an API key; it may do no more than you, and never anything about sign-in',
  room: 'identity',
  method: 'POST',
  path: '/me/api-keys',
  requires: mine,
  body: Type.Object({ name: Label, scopes: Scopes, expiresAt: Type.Optional(Timestamp) }, strict),
  response: MadeApiKey,
  status: 201,
})

export const revokeApiKey = endpoint({
  id: 'revokeApiKey',
  summary: 'Revoke an API key',
  room: 'identity',
  method: 'DELETE',
  path: '/me/api-keys/:apiKeyId',
  requires: mine,
  params: Type.Object({ apiKeyId: Id }),
  response: Nothing,
  status: 204,
})

// Signing a program in by a code (RFC 8628)

export const DeviceStart = Type.Object({
  deviceCode: Type.String({ description: 'For the program alone.' }),
  userCode: Type.String({ description: 'For the person, to be entered where they are signed in.' }),
  verificationUri: Type.String(),
  verificationUriComplete: Type.String(),
  expiresAt: Timestamp,
  intervalSeconds: Type.Integer({ description: 'Ask no more often than this.' }),
})
export type DeviceStart = Static<typeof DeviceStart>

export const startDeviceSignIn = endpoint({
  id: 'startDeviceSignIn',
  summary: 'Ask for an API key that somebody grants where they are signed in',
  room: 'identity',
  method: 'POST',
  path: '/auth/device',
  requires: { kind: 'anyone', why: 'This is how a program signs in; it gets nothing until somebody approves.' },
  body: Type.Object({ name: Label, scopes: Scopes }, strict),
  response: DeviceStart,
  status: 201,
})

export const takeDeviceKey = endpoint({
  id: 'takeDeviceKey',
  summary: 'The API key, once somebody has approved',
  room: 'identity',
  method: 'POST',
  path: '/auth/device/key',
  requires: { kind: 'anyone', why: 'The device code is the credential.' },
  body: Type.Object({ deviceCode: Type.String({ minLength: 20, maxLength: 200 }) }, strict),
  response: MadeApiKey,
})

export const DeviceRequest = Type.Object({
  name: Type.String(),
  scopes: Type.Array(Scope),
  device: Device,
  ip: Type.String(),
  isHere: Type.Boolean({ description: 'From the network that asks now.' }),
  createdAt: Timestamp,
  expiresAt: Timestamp,
})
export type DeviceRequest = Static<typeof DeviceRequest>

const UserCode = Type.String({ minLength: 8, maxLength: 20 })

export const findDeviceRequest = endpoint({
  id: 'findDeviceRequest',
  summary: 'Which program asks with this code, and from where',
  room: 'identity',
  method: 'POST',
  path: '/me/device-requests/find',
  requires: mine,
  body: Type.Object({ userCode: UserCode }, strict),
  response: DeviceRequest,
})

export const decideDeviceRequest = endpoint({
  id: 'decideDeviceRequest',
  summary: 'Give the program a key in your name, or refuse',
  room: 'identity',
  method: 'POST',
  path: '/me/device-requests/decide',
  requires: mine,
  body: Type.Object({ userCode: UserCode, decision: OneOf(['approve', 'deny']) }, strict),
  response: Nothing,
  status: 204,
})
