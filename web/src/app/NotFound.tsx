import { Link } from '@tanstack/react-router'
import { EmptyState } from '../ui/EmptyState.tsx'

export function NotFound() {
  return (
    <EmptyState
      title="There is nothing at this address"
      action={
        <Link to="/library" className="font-medium text-accent underline-offset-4 hover:underline">
          Go to the library
        </Link>
      }
    >
      It may have been mistyped, or what was here is gone.
    </EmptyState>
  )
}
