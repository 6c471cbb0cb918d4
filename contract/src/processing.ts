import { Type, type Static } from 'typebox'
import { OneOf, Timestamp } from './common.ts'

/** What is done with stored bytes, in this order where one needs another. */
export const stepNames = [
  'scan',
  'probe',
  'variants',
  'formats',
  'sheet',
  'proxy',
  'waveform',
  'pages',
  'text',
  'hash',
] as const
export const StepName = OneOf(stepNames)
export type StepName = (typeof stepNames)[number]

export const stepStates = ['waiting', 'running', 'done', 'failed', 'skipped'] as const
export type StepState = (typeof stepStates)[number]

/** Why a step failed, for those who look at many: the `failure` beside it is about one file. `fault`: ours, not the file's. */
export const failureReasons = [
  'damaged',
  'unsupported',
  'too-large',
  'too-slow',
  'too-much-memory',
  'crashed',
  'fault',
] as const
export const FailureReason = OneOf(failureReasons)
export type FailureReason = (typeof failureReasons)[number]

/** A step of the processing of a version. */
export const ProcessingStep = Type.Object({
  name: StepName,
  status: OneOf(stepStates),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'The share that is done.' }),
  attempts: Type.Integer({ minimum: 0 }),
  reason: Type.Optional(FailureReason),
  failure: Type.Optional(Type.String({ description: 'What is wrong, in a sentence about the file.' })),
  beganAt: Type.Optional(Timestamp),
  endedAt: Type.Optional(Timestamp),
  isPaused: Type.Optional(
    Type.Boolean({ description: 'It waits because an administrator has paused it for all files.' }),
  ),
})
export type ProcessingStep = Static<typeof ProcessingStep>
