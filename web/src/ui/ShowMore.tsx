import type { ReactNode } from 'react'
import { Button } from './Button.tsx'

/** What a query of pages says of the next one. */
export type NextPage = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }

/** Asks for the next page of a list, where there is one. */
export function ShowMore({ of, className = 'self-start', children = 'Show more' }: ShowMoreProps) {
  if (!of.hasNextPage) return null
  return (
    <Button className={className} isBusy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {children}
    </Button>
  )
}

type ShowMoreProps = { of: NextPage; className?: string; children?: ReactNode }
