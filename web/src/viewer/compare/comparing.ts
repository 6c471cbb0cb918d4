import { ID_FORM } from '../../lib/ids.ts'

/** How two pictures are compared; all of it stands in the address. */
export type Comparing = {
  ids: readonly [string, string]
  mode: 'side' | 'wipe'
  /** Each as large as fits, or both at the same scale. */
  sizes: 'each' | 'same'
  isLinked: boolean
}

/** `id,id` and, as there is need, `wipe`, `same` and `alone` after it. Undefined for what is none. */
export function parseComparing(written: string): Comparing | undefined {
  const [first, second, ...words] = written.split(',')
  if (first === undefined || second === undefined || !ID_FORM.test(first) || !ID_FORM.test(second)) return undefined
  return {
    ids: [first, second],
    mode: words.includes('wipe') ? 'wipe' : 'side',
    sizes: words.includes('same') ? 'same' : 'each',
    isLinked: !words.includes('alone'),
  }
}

export const comparingText = ({ ids, mode, sizes, isLinked }: Comparing): string =>
  [
    ...ids,
    ...(mode === 'wipe' ? ['wipe'] : []),
    ...(sizes === 'same' ? ['same'] : []),
    ...(isLinked ? [] : ['alone']),
  ].join()

export const compareFiles = ([a, b]: readonly [string, string]): string =>
  comparingText({ ids: [a, b], mode: 'side', sizes: 'each', isLinked: true })
