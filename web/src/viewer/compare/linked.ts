import { keepIn, zoomAt, type Size, type View } from '../zoom.ts'

/**
 * Where two pictures of any size are looked at alike: how close, and which point of the picture is in the middle, as
 * shares of its width and height away from its own centre.
 */
export type Look = { scale: number; x: number; y: number }
export const WHOLE: Look = { scale: 1, x: 0, y: 0 }

export type Bounds = { fitted: Size; frame: Size; most: number }

/** How a picture lies in its own frame for it. */
export function viewOf({ scale, x, y }: Look, bounds: Bounds): View {
  const { width, height } = bounds.fitted
  return keepIn({ scale, x: -x * width * scale, y: -y * height * scale }, bounds)
}

export function lookOf({ scale, x, y }: View, { fitted }: Bounds): Look {
  const share = (moved: number, side: number) => (side === 0 ? 0 : -moved / (side * scale) + 0)
  return { scale, x: share(x, fitted.width), y: share(y, fitted.height) }
}

/** Closer or further away about a point of one of the frames. @param point  from its centre, in pixels */
export const closer = (look: Look, ratio: number, point: { x: number; y: number }, bounds: Bounds): Look => {
  const view = viewOf(look, bounds)
  return lookOf(zoomAt(view, view.scale * ratio, point, bounds), bounds)
}

/** @param x  pixels, as are those of `y` */
export const moved = (look: Look, x: number, y: number, bounds: Bounds): Look => {
  const view = viewOf(look, bounds)
  return lookOf(keepIn({ ...view, x: view.x + x, y: view.y + y }, bounds), bounds)
}

/**
 * The sizes at which two pictures are seen whole: each as large as fits, or both at the same scale, so that what is
 * larger in pixels is larger on the screen.
 */
export function fitBoth(
  pictures: readonly [Size, Size],
  frames: readonly [Size, Size],
  sizes: 'each' | 'same',
): [Size, Size] {
  const ratio = (i: 0 | 1) => Math.min(frames[i].width / pictures[i].width, frames[i].height / pictures[i].height)
  const [left, right] = sizes === 'same' ? Array<number>(2).fill(Math.min(ratio(0), ratio(1))) : [ratio(0), ratio(1)]
  const sized = ({ width, height }: Size, by = 1) => ({ width: width * by, height: height * by })
  return [sized(pictures[0], left), sized(pictures[1], right)]
}
