import type { StepName } from '@trove/contract/processing'
import type { MakeRequest, RenderedVariant } from '../rendering.ts'

export type Made = { variants: RenderedVariant[]; facts: Record<string, unknown> }
/** @throws Undecodable  for what is wrong with the file */
type Maker = (request: MakeRequest, report: (share: number) => void) => Promise<Made>

/** What each later step loads when it is first asked for: a child that reads text never loads FFmpeg. */
const makers: Partial<Record<StepName, () => Promise<Maker>>> = {}

export async function loadMaker(step: StepName): Promise<Maker> {
  const load = makers[step]
  if (load === undefined) throw new Error(`nothing makes what the step ${step} makes`)
  return load()
}
