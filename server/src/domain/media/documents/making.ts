import type { StepName } from '@trove/contract/processing'
import type { RunOptions } from '../../../platform/process/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { withScratch } from '../../../platform/scratch.ts'
import { withLocalFile } from '../originals.ts'
import { rendererOf } from '../renderer.ts'
import type { Making } from '../rendering.ts'
import type { Outcome, Subject, Work } from '../steps/step.ts'

/** `path`: of a PDF that it has made of the original. `make`: unless it is what the step makes. */
type Order = { make?: StepName; options?: Record<string, unknown>; path?: string } & Partial<RunOptions>

/** Has the child make something of the original, or of what it has made before, as often as `use` asks. */
export type Ask = (order: Order) => Promise<Making>

/**
 * Gives `use` the original and a folder, for as long as it takes.
 *
 * @throws whatever is no fault of the file
 */
export function withChild<T>(
  platform: Platform,
  { step, subject, work }: { step: StepName; subject: Subject; work: Work },
  use: (ask: Ask, outputFolder: string) => Promise<T>,
): Promise<T> {
  return withLocalFile(platform, subject.objectKey, (original) =>
    withScratch(platform.settings.temporaryFolder, (outputFolder) =>
      use(
        ({ make = step, options = {}, path = original, ...limits }) =>
          rendererOf(platform).make(
            {
              make,
              path,
              sizeBytes: subject.sizeBytes,
              mediaType: path === original ? subject.mediaType : 'application/pdf',
              outputFolder,
              options,
            },
            work.signal,
            { ...limits, of: subject.organizationId },
          ),
        outputFolder,
      ),
    ),
  )
}

export const failed = ({ failure, reason = 'damaged' }: Extract<Making, { ok: false }>): Outcome => ({
  status: 'failed',
  reason: /password/.test(failure) ? 'unsupported' : reason,
  failure,
})
