import { Type, type Static } from 'typebox'
import { Id, OneOf, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** What a run did or found, or would do: a number and what it is a number of. */
export const UpkeepTallied = Type.Object({
  what: Type.String(),
  count: Type.Integer({ minimum: 0 }),
  unit: Type.Optional(OneOf(['bytes'])),
  isFault: Type.Optional(Type.Boolean({ description: 'More than none of it should be looked at.' })),
})
export type UpkeepTallied = Static<typeof UpkeepTallied>

export const UpkeepRun = Type.Object({
  id: Id,
  isDryRun: Type.Boolean({ description: 'It counted what it would do, and did nothing.' }),
  state: OneOf(['waiting', 'running', 'done', 'failed']),
  askedBy: Type.Optional(Person),
  askedAt: Timestamp,
  beganAt: Type.Optional(Timestamp),
  endedAt: Type.Optional(Timestamp),
  progress: Type.Optional(
    Type.Object({
      doneCount: Type.Integer({ minimum: 0 }),
      totalCount: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
  ),
  tally: Type.Array(UpkeepTallied),
  failure: Type.Optional(Type.String()),
})
export type UpkeepRun = Static<typeof UpkeepRun>

/** Something that is done by the clock, with what came of it the last time. */
export const UpkeepTask = Type.Object({
  task: Type.String(),
  title: Type.String(),
  lead: Type.String(),
  cron: Type.String({ description: 'Minute, hour, day, month and weekday, in UTC.' }),
  nextAt: Timestamp,
  current: Type.Optional(UpkeepRun),
  last: Type.Optional(UpkeepRun),
  lastDryRun: Type.Optional(UpkeepRun),
})
export type UpkeepTask = Static<typeof UpkeepTask>

const params = Type.Object({ task: Type.String({ pattern: '^[a-z-]+(\\.[a-z-]+)+$', maxLength: 100 }) })

export const listUpkeep = endpoint({
  id: 'listUpkeep',
  summary: 'What is done by the clock, when it is due, and what came of it the last time',
  room: 'ops',
  method: 'GET',
  path: '/upkeep',
  requires: { kind: 'administrator' },
  response: Type.Object({ items: Type.Array(UpkeepTask) }),
})

export const listUpkeepRuns = endpoint({
  id: 'listUpkeepRuns',
  summary: 'The last runs of one of them that did something, failed or were asked for, newest first',
  room: 'ops',
  method: 'GET',
  path: '/upkeep/:task/runs',
  requires: { kind: 'administrator' },
  params,
  response: Type.Object({ items: Type.Array(UpkeepRun) }),
})

export const runUpkeep = endpoint({
  id: 'runUpkeep',
  summary: 'Have one of them done now, or counted what it would do',
  room: 'ops',
  method: 'POST',
  path: '/upkeep/:task/runs',
  requires: { kind: 'administrator' },
  params,
  body: Type.Object({ isDryRun: Type.Boolean() }, { additionalProperties: false }),
  response: UpkeepRun,
  status: 201,
})
