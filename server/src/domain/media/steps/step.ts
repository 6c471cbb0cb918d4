import type { FailureReason, StepName } from '@trove/contract/processing'
import type { Platform } from '../../../platform/platform.ts'

/** Stored bytes that something is made of. */
export type Subject = {
  blobId: string
  organizationId: string
  objectKey: string
  sizeBytes: number
  /** What the bytes say. */
  mediaType: string
}

export type Work = {
  signal: AbortSignal
  /** Says which share is done, from 0 to 1. May be called as often as one likes. */
  report(share: number): void
}

/** A file that cannot be had is a result too: `failure` is a plain sentence about it. What is thrown is a fault of the machinery. */
export type Outcome =
  | { status: 'done' }
  | { status: 'skipped' }
  | { status: 'failed'; reason: FailureReason; failure: string }

/**
 * Something that is made of stored bytes in its own time, after the file can be seen. Once for each blob, whatever its
 * files; may be killed at any line and run again: objects first, rows in one transaction, and whoever comes second
 * takes their objects back.
 */
export type Step = {
  name: StepName
  /** Raised when what it makes changes: what an older one made can then be made again. */
  revision: number
  /** By the type alone, before anything is read. */
  appliesTo(mediaType: string): boolean
  /** Wall time of one attempt, from when it begins; what it waits for its turn does not count. */
  timeoutMs: number
  /** It takes minutes rather than seconds: it never has more than half of the media children. Light unless said. */
  weight?: 'light' | 'heavy'
  run(platform: Platform, subject: Subject, work: Work): Promise<Outcome>
}
