import { useLayoutEffect, useState } from 'react'
import { cx } from '../lib/cx.ts'
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
export function useSticky(isWanted: boolean): boolean {
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
