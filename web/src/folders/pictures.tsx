/** A folder with frames coming out of it: what a folder is for. */
export function NoFoldersPicture() {
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
      <rect x="58" y="22" width="44" height="60" rx="5" className="fill-surface stroke-line-strong" />
      <rect x="96" y="12" width="46" height="70" rx="5" className="fill-surface stroke-line-strong" />
      <path d="M102 62l13-15 9 9 6-6 7 8" className="fill-none stroke-line-strong" />
      <path d="M67 36h26M67 44h26M67 52h16" className="stroke-line-strong" />
      <path
        d="M36 64a6 6 0 0 1 6-6h28l10 11h78a6 6 0 0 1 6 6v54a6 6 0 0 1-6 6H42a6 6 0 0 1-6-6z"
        className="fill-accent-soft stroke-accent"
      />
    </svg>
  )
}
