import { pagesStep } from '../documents/pages.ts'
import { textStep } from '../documents/text.ts'
import { waveformStep } from '../sound/waveform.ts'
import { proxyStep, sheetStep } from '../video/steps.ts'
import { hashStep } from '../likeness/step.ts'
import { formatsStep } from '../pictures/step.ts'
import type { Step } from './step.ts'

/** Every step that follows once a file can be seen. */
export const laterSteps: readonly Step[] = [
  formatsStep,
  hashStep,
  waveformStep,
  pagesStep,
  textStep,
  sheetStep,
  proxyStep,
]
