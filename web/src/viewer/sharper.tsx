import type { FileDetails } from '@trove/contract/files'
import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { hasSizes } from '../lib/file-urls.ts'
import { apiUrl } from '../lib/place.ts'
import { sizesQuery } from './queries.ts'
import { largest, picturesOf } from './sources.ts'
import type { Size } from './zoom.ts'

/** A picture is asked for at a larger size when it is drawn so much larger than what was loaded. */
export const SOFT = 1.15

/** Comes over the smaller picture when it is decoded, so that nothing flickers. */
export function Sharper({ url }: { url: string }) {
  const [isShown, setShown] = useState(false)
  return (
    <img
      src={url}
      alt=""
      draggable={false}
      decoding="async"
      onLoad={({ currentTarget }) =>
        void currentTarget.decode().then(
          () => setShown(true),
          () => undefined,
        )
      }
      className={cx('absolute inset-0 size-full', isShown ? 'opacity-100' : 'opacity-0')}
    />
  )
}

/** Once wanted, always wanted: what has been loaded stays. */
function useSticky(isWanted: boolean): boolean {
  const [was, setWas] = useState(isWanted)
  if (isWanted && !was) setWas(true)
  return was || isWanted
}

/** As large as it is now. */
export function useSize(element: HTMLElement | null): Size | undefined {
  const [size, setSize] = useState<Size>()
  useLayoutEffect(() => {
    if (element === null) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return size
}

/**
 * What a picture is drawn with when somebody looks closer than it is sharp: the largest that is made to measure. The
 * original is fetched when somebody asks for it and may have it.
 *
 * @param isSoft  it is drawn larger than what was loaded
 */
export function useSharperUrl(
  file: FileDetails,
  isSoft: boolean,
): { url: string | undefined; askOriginal?: () => void } {
  const isWanted = useSticky(isSoft)
  const [isAsked, setAsked] = useState(false)
  const { original } = picturesOf(file)
  const isOwn = hasSizes()
  const { data } = useQuery({ ...sizesQuery(file.id), enabled: isOwn && isWanted && file.variants.length > 0 })
  if (!isOwn) return { url: isWanted ? original : undefined }
  const there = largest(file.variants)
  const size = data?.sizes.findLast(({ side }) => side > Math.max(there?.widthPixels ?? 0, there?.heightPixels ?? 0))
  const mayHave = original !== undefined && file.rights.includes('download')
  if (isAsked && mayHave) return { url: original }
  const sized = size === undefined ? undefined : apiUrl(size.path)
  return { url: isWanted ? sized : undefined, ...(mayHave && { askOriginal: () => setAsked(true) }) }
}
