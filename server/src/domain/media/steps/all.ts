import { pagesStep } from '../documents/pages.ts'
import { textStep } from '../documents/text.ts'
import { proxyStep, sheetStep } from '../video/steps.ts'
import type { Step } from './step.ts'

/** Every step that follows once a file can be seen. */
export const laterSteps: readonly Step[] = [pagesStep, textStep, sheetStep, proxyStep]
