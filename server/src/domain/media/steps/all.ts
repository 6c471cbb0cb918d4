import { textStep } from '../documents/text.ts'
import type { Step } from './step.ts'

/** Every step that follows once a file can be seen. */
export const laterSteps: readonly Step[] = [textStep]
