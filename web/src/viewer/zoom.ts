/** How a picture lies in its frame: scale 1 fits, x and y are the pixels that its centre is moved by. */
export type View = { scale: number; x: number; y: number }
export type Size = { width: number; height: number }

export const FITTED: View = { scale: 1, x: 0, y: 0 }
/** A picture can be looked at closer than its own pixels, but not for ever. */
const BEYOND_PIXELS = 4
const LEAST_MOST = 4

/** Size at which a picture is seen whole; a small one is never blown up. */
export function fitIn(picture: Size, frame: Size): Size {
  const ratio = Math.min(frame.width / picture.width, frame.height / picture.height, 1)
  return { width: picture.width * ratio, height: picture.height * ratio }
}

export function mostScale(picture: Size, fitted: Size): number {
  return Math.max(LEAST_MOST, (picture.width / Math.max(1, fitted.width)) * BEYOND_PIXELS)
}

/**
 * Scales about a point, which stays where it is on the screen.
 *
 * @param point  from the centre of the frame, in pixels
 */
export function zoomAt(
  view: View,
  scale: number,
  point: { x: number; y: number },
  bounds: { fitted: Size; frame: Size; most: number },
): View {
  const next = Math.min(bounds.most, Math.max(1, scale))
  const ratio = next / view.scale
  return keepIn(
    { scale: next, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio },
    bounds,
  )
}

/** Keeps the picture over its frame: no edge is pulled further in than it must be. */
export function keepIn({ scale, x, y }: View, { fitted, frame }: { fitted: Size; frame: Size }): View {
  const slackX = Math.max(0, (fitted.width * scale - frame.width) / 2)
  const slackY = Math.max(0, (fitted.height * scale - frame.height) / 2)
  return { scale, x: clamp(x, slackX), y: clamp(y, slackY) }
}

const clamp = (value: number, slack: number) => Math.min(slack, Math.max(-slack, value)) + 0
