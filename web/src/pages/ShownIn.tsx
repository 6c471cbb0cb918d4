import { listFileUses } from '@trove/contract/file-uses'
import { useQuery } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

/** The events that show a file. It is not deleted for good before it is taken out of them. */
export function ShownIn({ fileId }: { fileId: string }) {
  const { data } = useQuery({
    queryKey: ['file', fileId, 'uses'],
    queryFn: ({ signal }) => call(listFileUses, { params: { fileId } }, signal),
  })
  if (data === undefined || (data.items.length === 0 && !data.hasOthers)) return null
  return (
    <section aria-label="Shown in" className="flex flex-col gap-1.5">
      <h3 className="text-xs text-ink-faint">Shown in</h3>
      <ul className="flex flex-col gap-1 text-sm">
        {data.items.map(({ id, name }) => (
          <li key={id} className="min-w-0">
            <a
              href={new URL(`events/${id}`, document.baseURI).href}
              className="block truncate text-accent underline-offset-4 hover:underline"
            >
              {name}
            </a>
          </li>
        ))}
        {data.hasOthers && (
          <li className="text-ink-soft">{data.items.length === 0 ? 'An event' : 'Others'} that you cannot see</li>
        )}
      </ul>
    </section>
  )
}
