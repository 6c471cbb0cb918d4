import type { VirtualItem } from '@tanstack/react-virtual'
import { useEffect, useState, type ReactNode, type RefObject } from 'react'

/** Between pages, and beside them. */
export const PAGE_GAP_PIXELS = 16
const WIDEST_PIXELS = 900
const NARROWEST_PIXELS = 160

/** The pages in sight of a document below one another, each in the box that its place and its size give it. */
export function PageColumn({ scroller, name, width, heightPixels, shown, heightOf, children }: PageColumnProps) {
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="document"
      aria-label={name}
      className="absolute inset-0 overflow-auto focus-visible:outline-offset-[-2px]"
    >
      {/* Not even for the instant that less motion takes: where one is in it is found by its height. */}
      <div
        className="relative mx-auto transition-none"
        style={{ width: width + 2 * PAGE_GAP_PIXELS, height: heightPixels }}
      >
        {shown.map(({ index, start }) => (
          <div
            key={index}
            className="absolute"
            style={{ top: start, left: PAGE_GAP_PIXELS, width, height: heightOf(index) }}
          >
            {children(index)}
          </div>
        ))}
      </div>
    </div>
  )
}

/** How wide pages are drawn in a frame, in CSS pixels. */
export const pageWidth = (frameWidth: number, zoom: number): number =>
  Math.round(Math.min(WIDEST_PIXELS, Math.max(NARROWEST_PIXELS, frameWidth - 2 * PAGE_GAP_PIXELS)) * zoom)

/** The inner width of an element, in CSS pixels, kept current. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDEST_PIXELS)
  useEffect(() => {
    const { current } = element
    if (current === null) return
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}

type PageColumnProps = {
  scroller: RefObject<HTMLDivElement | null>
  name: string
  /** Of each page, in CSS pixels. */
  width: number
  /** Of all pages, in CSS pixels. */
  heightPixels: number
  shown: readonly VirtualItem[]
  heightOf: (index: number) => number
  /** @param index  counted from 0 */
  children: (index: number) => ReactNode
}
