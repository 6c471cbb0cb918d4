import type { MakeRequest } from '../rendering.ts'
import type { Made } from './made.ts'

/** @throws Undecodable  for what is wrong with the file */
type Maker = (request: MakeRequest, report: (share: number) => void) => Promise<Made>

/** What each later step loads when it is first asked for: a child that reads text never loads FFmpeg. */
const makers: Partial<Record<MakeRequest['make'], () => Promise<Maker>>> = {
  formats: async () => (await import('./formats.ts')).makeFormats,
  trim: async () => (await import('./trim.ts')).makeTrim,
  sheet: async () => (await import('./sheet.ts')).makeSheet,
  proxy: async () => (await import('./proxy.ts')).makeProxy,
  waveform: async () => (await import('./waveform.ts')).makeWaveform,
  pages: async () => (await import('./pages.ts')).makePages,
  hash: async () => (await import('./hash.ts')).makeHash,
  text: async () => (await import('./text/making.ts')).makeText,
}

export async function loadMaker(step: MakeRequest['make']): Promise<Maker> {
  const load = makers[step]
  if (load === undefined) throw new Error(`nothing makes what the step ${step} makes`)
  return load()
}
