import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { ActivityLine } from './ActivityLine.tsx'
import { Pages } from './Pages.tsx'
import { resourceActivityQuery } from './queries.ts'

/** What was done to one file or folder, asked for when it is opened. For those who may share it. */
export function FileActivity({ fileId }: { fileId: string }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <section aria-label="Activity">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setOpen(!isOpen)}
          className="touchable -mx-1 flex h-7 items-center gap-1 rounded-md px-1 text-xs font-medium text-ink-faint hover:bg-hover hover:text-ink"
        >
          Activity
          <ChevronRight aria-hidden className={cx('size-3.5 transition-transform', isOpen && 'rotate-90')} />
        </button>
      </h3>
      {isOpen && (
        <div id={id} className="mt-2">
          <Lines fileId={fileId} />
        </div>
      )}
    </section>
  )
}

function Lines({ fileId }: { fileId: string }) {
  const asked = useInfiniteQuery(resourceActivityQuery(fileId))
  return (
    <Pages label="Activity of this file" asked={asked} none="Nothing has been done to it yet.">
      {(line) => <ActivityLine key={line.id} line={line} />}
    </Pages>
  )
}
