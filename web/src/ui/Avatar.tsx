import { cx } from '../lib/cx.ts'

/** A picture of a person or a group, or their initials on a colour that their id always gets. */
export function Avatar({ id, name, size = 'medium', shape = 'round', src }: AvatarProps) {
  if (src !== undefined)
    return (
      <img
        src={src}
        alt=""
        className={cx(
          'shrink-0 bg-active object-cover',
          shape === 'round' ? 'rounded-full' : 'rounded-md',
          SIZES[size],
        )}
      />
    )
  return (
    <span
      aria-hidden
      style={{ backgroundColor: `oklch(0.47 0.085 ${hueOf(id)})` }}
      className={cx(
        'inline-flex shrink-0 items-center justify-center font-semibold text-white select-none',
        shape === 'round' ? 'rounded-full' : 'rounded-md',
        SIZES[size],
      )}
    >
      {initialsOf(name)}
    </span>
  )
}

type AvatarProps = {
  id: string
  name: string
  size?: keyof typeof SIZES
  shape?: 'round' | 'square'
  /** Address of a picture, where there is one. */
  src?: string | undefined
}

const SIZES = {
  small: 'size-5 text-[9px]',
  medium: 'size-7 text-xs',
  large: 'size-10 text-base',
  huge: 'size-20 text-2xl',
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = [...(words[0] ?? '')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

function hueOf(id: string): number {
  let hash = 0
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 3600
  return hash / 10
}
