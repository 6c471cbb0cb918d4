import type { File } from '@trove/contract/files'
import { extensionOf } from '../lib/format.ts'

/** A sheet of paper, a disc, a box: what stands for a file that has no picture. Drawn in the page's own lines. */
export function FileGlyph({ kind, name, size = 56 }: Pick<File, 'kind' | 'name'> & { size?: number }) {
  const extension = extensionOf(name)
  return (
    <svg aria-hidden viewBox="0 0 56 64" width={size} height={(size * 64) / 56} className="shrink-0 text-ink-faint">
      <path
        d="M8 3.5h26L50.5 20v36a4.5 4.5 0 0 1-4.5 4.5H10A4.5 4.5 0 0 1 5.5 56V6A2.5 2.5 0 0 1 8 3.5Z"
        className="fill-surface stroke-current"
        strokeWidth="1.5"
      />
      <path d="M34 3.5V16a4 4 0 0 0 4 4h12.5" className="fill-sunken stroke-current" strokeWidth="1.5" />
      <g className="fill-none stroke-current" strokeWidth="1.5" strokeLinecap="round">
        {MARKS[kind]}
      </g>
      {size >= 40 && extension !== '' && (
        <text
          x="28"
          y="54"
          textAnchor="middle"
          className="fill-ink-soft font-sans text-[9px] font-semibold tracking-wide"
        >
          {extension}
        </text>
      )}
    </svg>
  )
}

const lines = <path d="M15 28h26M15 34h26M15 40h16" />

const MARKS: Record<File['kind'], React.ReactNode> = {
  image: <path d="M14 41l8-9 6 6 5-5 9 8M21 26a2 2 0 1 0 0-.01" />,
  video: <path d="M23 26v14l12-7z" />,
  audio: <path d="M16 33v2M21 29v10M26 25v18M31 30v8M36 27v14M41 33v2" />,
  document: lines,
  text: lines,
  archive: <path d="M28 21v3M28 27v3M28 33v3M24.5 39h7v5h-7z" />,
  design: <path d="M17 41l4-12 12-4-4 12zM28 31a1 1 0 1 0 0-.01" />,
  executable: <path d="M18 29l5 4-5 4M27 38h10" />,
  script: <path d="M18 29l5 4-5 4M27 38h10" />,
  other: <path d="M20 30h16v12H20zM20 34h16" />,
}
