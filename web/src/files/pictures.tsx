import type { ReactNode } from 'react'

/** Pictures for empty places, made of the page's own shapes: frames, sheets and lines. */

export function NoFilesPicture() {
  return (
    <Drawing>
      <rect x="12" y="34" width="66" height="50" rx="5" className="fill-surface stroke-line-strong" />
      <path d="M18 76l17-19 12 12 9-9 16 16" className="fill-none stroke-line-strong" />
      <circle cx="61" cy="47" r="4.5" className="fill-none stroke-line-strong" />
      <rect x="88" y="20" width="40" height="64" rx="5" className="fill-surface stroke-line-strong" />
      <path d="M103 45v14l11-7z" className="fill-accent-soft stroke-accent" />
      <rect x="138" y="46" width="50" height="38" rx="5" className="fill-surface stroke-line-strong" />
      <path d="M148 59h30M148 66h30M148 73h18" className="stroke-line-strong" />
      <path d="M100 132v-32M88 111l12-12 12 12" className="fill-none stroke-accent" strokeWidth="2.25" />
      <path d="M62 128v8a6 6 0 0 0 6 6h64a6 6 0 0 0 6-6v-8" className="fill-none stroke-line-strong" />
    </Drawing>
  )
}

export function NoMatchPicture() {
  return (
    <Drawing>
      <rect x="22" y="30" width="62" height="46" rx="5" className="fill-surface stroke-line" />
      <rect x="92" y="30" width="36" height="46" rx="5" className="fill-surface stroke-line" />
      <rect x="136" y="30" width="46" height="46" rx="5" className="fill-surface stroke-line" />
      <rect x="22" y="84" width="42" height="46" rx="5" className="fill-surface stroke-line" />
      <rect x="72" y="84" width="64" height="46" rx="5" className="fill-surface stroke-line" />
      <rect x="144" y="84" width="38" height="46" rx="5" className="fill-surface stroke-line" />
      <circle cx="98" cy="78" r="29" className="fill-canvas/80 stroke-line-strong" strokeWidth="2.25" />
      <path d="M119 99l22 22" className="stroke-line-strong" strokeWidth="4" />
      <path d="M86 78h24" className="stroke-accent" strokeWidth="2.25" />
    </Drawing>
  )
}

export function EmptyTrashPicture() {
  return (
    <Drawing>
      <path d="M66 52h68l-6 76a8 8 0 0 1-8 7.500H80a8 8 0 0 1-8-7.500z" className="fill-surface stroke-line-strong" />
      <path d="M56 52h88M86 52v-8a5 5 0 0 1 5-5h18a5 5 0 0 1 5 5v8" className="fill-none stroke-line-strong" />
      <path d="M89 72l2 44M111 72l-2 44" className="stroke-line" />
      <path
        d="M146 104a22 22 0 1 1 6 22M146 104l0-11M146 104h11"
        className="fill-none stroke-accent"
        strokeWidth="2.250"
      />
    </Drawing>
  )
}

function Drawing({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 200 150"
      width="200"
      height="150"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      fill="none"
    >
      {children}
    </svg>
  )
}
