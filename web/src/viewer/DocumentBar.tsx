import { PanelLeft, Search } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../ui/IconButton.tsx'
import { ROUND, ZoomButtons } from './ZoomButtons.tsx'

type DocumentBarProps = {
  /** Counted from 1. */
  page: number
  pages: number
  zoom: number
  onPage: (page: number) => void
  onZoom: (zoom: number) => void
  isSearching: boolean
  onSearch: (() => void) | undefined
  hasStrip: boolean
  onStrip: (() => void) | undefined
}

/** Where in a document one is, and what can be done about it. */
export function DocumentBar(props: DocumentBarProps) {
  const { page, pages, zoom, onPage, onZoom, isSearching, onSearch, hasStrip, onStrip } = props
  return (
    <div className="absolute bottom-4 left-1/2 flex -translate-x-1/2 items-center rounded-full bg-black/75 text-white">
      {onStrip !== undefined && (
        <IconButton
          label="Small pages"
          icon={<PanelLeft />}
          side="top"
          isOn={hasStrip}
          className={ROUND}
          onClick={onStrip}
        />
      )}
      <ZoomButtons zoom={zoom} onZoom={onZoom} />
      <PageField page={page} pages={pages} onPage={onPage} />
      {onSearch !== undefined && (
        <IconButton
          label="Search in this document"
          keys="/"
          icon={<Search />}
          side="top"
          isOn={isSearching}
          className={ROUND}
          onClick={onSearch}
        />
      )}
    </div>
  )
}

/** The number of the page; another one typed in goes there. */
function PageField({ page, pages, onPage }: Pick<DocumentBarProps, 'page' | 'pages' | 'onPage'>) {
  const [typed, setTyped] = useState<string>()
  const go = () => {
    const wanted = Number(typed)
    if (typed !== undefined && Number.isInteger(wanted)) onPage(Math.min(pages, Math.max(1, wanted)))
    setTyped(undefined)
  }
  return (
    <span className="tabular flex items-center gap-1 border-x border-white/20 px-2.5 text-xs whitespace-nowrap">
      <input
        aria-label={`Page, of ${pages}`}
        inputMode="numeric"
        value={typed ?? String(page)}
        onFocus={(event) => event.currentTarget.select()}
        onChange={({ currentTarget }) => setTyped(currentTarget.value.replace(/\D/g, '').slice(0, 6))}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') {
            setTyped(undefined)
            event.stopPropagation()
          }
        }}
        style={{ width: `${Math.max(2, String(pages).length) + 1}ch` }}
        className="rounded-xs bg-white/15 px-0.5 py-0.5 text-center focus:bg-white/25"
      />
      <span>of {pages}</span>
    </span>
  )
}
