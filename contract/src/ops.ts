import { Type, type Static } from 'typebox'
import { Bytes, OneOf } from './common.ts'
import { endpoint } from './endpoint.ts'

/** The machines that must be there for requests to be answered. */
export const Readiness = Type.Object({
  status: OneOf(['ready', 'unavailable']),
  database: Type.Boolean(),
  store: Type.Boolean(),
  queue: Type.Boolean(),
  /** Whether the virus scanner answers; absent where there is none. Requests are answered without it. */
  scanner: Type.Optional(Type.Boolean()),
})
export type Readiness = Static<typeof Readiness>

export const getOpenApi = endpoint({
  id: 'getOpenApi',
  summary: 'This document',
  room: 'ops',
  method: 'GET',
  path: '/openapi.json',
  requires: { kind: 'anyone', why: 'It tells what can be asked, and nothing of what is kept.' },
  response: Bytes,
})

export const followLive = endpoint({
  id: 'followLive',
  summary: 'WebSocket: what happens, as it happens. `?cursor=` goes on from where one left',
  room: 'ops',
  method: 'GET',
  path: '/live',
  requires: { kind: 'user', scope: 'read' },
  query: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 50 })) }),
  response: Bytes,
})
