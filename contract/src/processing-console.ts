import { Type, type Static } from 'typebox'
import { Id, Nothing, OneOf, Person, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { FailureReason, ProcessingStep, StepName } from './processing.ts'

const Count = Type.Integer({ minimum: 0 })

/** The most that is counted of what waits: more is "so many or more". */
export const MOST_COUNTED = 10_000

/** Somebody asked for a step over old files. */
export const StepAgain = Type.Object({
  askedBy: Type.Optional(Person),
  askedAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
  seenCount: Type.Integer({ minimum: 0, description: 'Stored bytes that were looked at.' }),
  askedCount: Type.Integer({ minimum: 0, description: 'Those of them that the step was asked for.' }),
  totalCount: Count,
})
export type StepAgain = Static<typeof StepAgain>

/** What is done with stored bytes, and how much of it. */
export const StepQueue = Type.Object({
  name: StepName,
  weight: OneOf(['light', 'heavy']),
  revision: Type.Integer({ minimum: 1 }),
  isLater: Type.Boolean({
    description: 'It follows once a file can be seen; those before are one job and wait as one.',
  }),
  waiting: Type.Integer({ minimum: 0, description: `No further than ${MOST_COUNTED}.` }),
  waitingOld: Type.Integer({ minimum: 0, description: 'Those of them that were asked for over old files.' }),
  running: Count,
  oldestAt: Type.Optional(Timestamp),
  doneInMinute: Count,
  failedInMinute: Count,
  doneInHour: Count,
  failedInHour: Count,
  failed: Type.Integer({ minimum: 0, description: `In all, no further than ${MOST_COUNTED}.` }),
  paused: Type.Optional(Type.Object({ at: Timestamp, by: Type.Optional(Person) })),
  again: Type.Optional(StepAgain),
})
export type StepQueue = Static<typeof StepQueue>

const OrganizationName = Type.Object({ id: Id, name: Type.String() })

/** A step that runs at this moment. */
export const RunningStep = Type.Object({
  name: StepName,
  organization: OrganizationName,
  mediaType: Type.String(),
  sizeBytes: SizeBytes,
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  attempts: Count,
  beganAt: Timestamp,
})
export type RunningStep = Static<typeof RunningStep>

export const Processing = Type.Object({ steps: Type.Array(StepQueue), running: Type.Array(RunningStep) })
export type Processing = Static<typeof Processing>

/** One that failed, of many for the same reason. */
export const FailedStep = Type.Object({
  organization: OrganizationName,
  mediaType: Type.String(),
  sizeBytes: SizeBytes,
  failure: Type.String(),
  endedAt: Timestamp,
  file: Type.Optional(
    Type.Object({ id: Id, name: Type.String() }, { description: 'When the caller may read it themselves.' }),
  ),
})
export type FailedStep = Static<typeof FailedStep>

export const FailureGroup = Type.Object({
  step: StepName,
  reason: FailureReason,
  count: Count,
  newestAt: Timestamp,
  examples: Type.Array(FailedStep, { description: 'The newest few.' }),
})
export type FailureGroup = Static<typeof FailureGroup>

const fileParams = Type.Object({ fileId: Id })
const stepParams = Type.Object({ step: StepName })
const Dry = Type.Object(
  { isDryRun: Type.Boolean({ description: 'Say how many it would be, and do nothing.' }) },
  { additionalProperties: false },
)
const Counted = Type.Object({ count: Count })

export const getFileSteps = endpoint({
  id: 'getFileSteps',
  summary: 'What is done with the current version of a file, step by step. What waits of it goes first from here on',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/steps',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  response: Type.Object({ items: Type.Array(ProcessingStep) }),
})

export const getProcessing = endpoint({
  id: 'getProcessing',
  summary: 'What waits to be processed, what is being processed, and how fast',
  room: 'media',
  method: 'GET',
  path: '/processing',
  requires: { kind: 'administrator' },
  response: Processing,
})

export const listProcessingFailures = endpoint({
  id: 'listProcessingFailures',
  summary: 'What failed, by step and reason',
  room: 'media',
  method: 'GET',
  path: '/processing/failures',
  requires: { kind: 'administrator' },
  response: Type.Object({ items: Type.Array(FailureGroup) }),
})

export const retryProcessingFailures = endpoint({
  id: 'retryProcessingFailures',
  summary: 'Try again all that failed until now, or what failed of one step or for one reason',
  room: 'media',
  method: 'POST',
  path: '/processing/failures/retry',
  requires: { kind: 'administrator' },
  body: Type.Object(
    { step: Type.Optional(StepName), reason: Type.Optional(FailureReason) },
    { additionalProperties: false },
  ),
  response: Counted,
})

export const pauseStep = endpoint({
  id: 'pauseStep',
  summary: 'Begin no more of a step, on any worker, until it is resumed. What runs of it is finished',
  room: 'media',
  method: 'POST',
  path: '/processing/steps/:step/pause',
  requires: { kind: 'administrator' },
  params: stepParams,
  response: Nothing,
  status: 204,
})

export const resumeStep = endpoint({
  id: 'resumeStep',
  summary: 'Let a step that was paused go on',
  room: 'media',
  method: 'POST',
  path: '/processing/steps/:step/resume',
  requires: { kind: 'administrator' },
  params: stepParams,
  response: Nothing,
  status: 204,
})

export const drainStep = endpoint({
  id: 'drainStep',
  summary: 'Pause a step and throw away what waits of it; it can be asked for again over old files',
  room: 'media',
  method: 'POST',
  path: '/processing/steps/:step/drain',
  requires: { kind: 'administrator' },
  params: stepParams,
  body: Dry,
  response: Counted,
})

export const runStepAgain = endpoint({
  id: 'runStepAgain',
  summary: 'Ask for a step over files that were there before it, after everything else',
  room: 'media',
  method: 'POST',
  path: '/processing/steps/:step/again',
  requires: { kind: 'administrator' },
  params: stepParams,
  body: Dry,
  response: Counted,
})

export const stopStepAgain = endpoint({
  id: 'stopStepAgain',
  summary: 'Ask for it over no more old files',
  room: 'media',
  method: 'DELETE',
  path: '/processing/steps/:step/again',
  requires: { kind: 'administrator' },
  params: stepParams,
  response: Nothing,
  status: 204,
})
