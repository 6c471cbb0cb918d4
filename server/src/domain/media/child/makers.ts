import type { StepName } from '@trove/contract/processing'
import type { MakeRequest } from '../rendering.ts'
import type { Made } from './made.ts'

/** @throws Undecodable  for what is wrong with the file */
type Maker = (request: MakeRequest, report: (share: number) => void) => Promise<Made>

/** What each later step loads when it is first asked for: a child that reads text never loads FFmpeg. */
const makers: Partial<Record<StepName, () => Promise<Maker>>> = {
  pages: async () => (await import('./pages.ts')).makePages,
  text: async () => (await import('./text/making.ts')).makeText,
}

export async function loadMaker(step: StepName): Promise<Maker> {
  const load = makers[step]
  if (load === undefined) throw new Error(`nothing makes what the step ${step} makes`)
  return load()
}
