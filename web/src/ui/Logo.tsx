/** The sign of Trove: frames on a wall. Same shapes as `public/favicon.svg`. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" width={size} height={size} className="shrink-0">
      <rect width="32" height="32" rx="8" fill="#0b6e72" />
      <rect x="6.5" y="7" width="9" height="11" rx="2" fill="#fff" />
      <rect x="17.5" y="7" width="8" height="6" rx="2" fill="#fff" fillOpacity=".62" />
      <rect x="17.5" y="15" width="8" height="10" rx="2" fill="#fff" />
      <rect x="6.5" y="20" width="9" height="5" rx="2" fill="#fff" fillOpacity=".62" />
    </svg>
  )
}
