import { getInstallation } from '@trove/contract/identity'
import { useQuery } from '@tanstack/react-query'
import { createContext, use, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { call } from '../lib/api.ts'
import { session } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import type { Engine } from './engine.ts'
import { gatherInput, pickDirectory, pickFiles } from './gather.ts'
import type { Limits } from './intake.ts'
import type { Picked } from './model.ts'
import { engineFor } from './running.ts'
import type { Snapshot } from './shelf.ts'

const GIB = 1024 ** 3
/** What holds until the installation has said otherwise; the server decides in any case. */
const USUAL_LIMITS: Limits = { maxFileBytes: 10 * GIB, maxSessionBytes: 50 * GIB }

type Uploads = {
  engine: Engine
  /** Opens the browser's dialog for files. @param folderId where they go; undefined for the top */
  pick(folderId?: string): void
  pickFolder(folderId?: string): void
  /** Takes in files from anywhere. */
  add(picked: readonly Picked[], folderId?: string): void
}

const Context = createContext<Uploads | undefined>(undefined)

/** Makes uploads into one organization possible below it. What is on its way goes on when the organization changes. */
export function UploadProvider({ organizationId, children }: { organizationId: string; children: ReactNode }) {
  const now = useStore(session)
  if (now.status !== 'signed-in') return children
  return (
    <SignedIn userId={now.user.id} organizationId={organizationId}>
      {children}
    </SignedIn>
  )
}

function SignedIn({
  userId,
  organizationId,
  children,
}: {
  userId: string
  organizationId: string
  children: ReactNode
}) {
  const engine = useMemo(() => engineFor(userId), [userId])
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  /** Where the files go that the browser's own dialog is open for. */
  const wanted = useRef<string | undefined>(undefined)
  const { data: limits = USUAL_LIMITS } = useQuery({
    queryKey: ['installation'],
    queryFn: ({ signal }) => call(getInstallation, {}, signal),
    staleTime: Infinity,
  })

  useEffect(() => void engine.meet(organizationId).catch(() => undefined), [engine, organizationId])

  const uploads = useMemo<Uploads>(() => {
    const add = (picked: readonly Picked[], folderId?: string) =>
      engine.add(picked, { organizationId, folderId, limits })
    const open = async (
      dialog: () => Promise<Picked[] | undefined>,
      fallback: HTMLInputElement | null,
      folderId: string | undefined,
    ) => {
      wanted.current = folderId
      const picked = await dialog()
      if (picked === undefined) fallback?.click()
      else if (picked.length > 0) add(picked, folderId)
    }
    return {
      engine,
      add,
      pick: (folderId) => void open(pickFiles, files.current, folderId),
      pickFolder: (folderId) => void open(pickDirectory, folder.current, folderId),
    }
  }, [engine, organizationId, limits])

  return (
    <Context value={uploads}>
      {children}
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => uploads.add(gatherInput(event.currentTarget), wanted.current)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder to upload"
        {...{ webkitdirectory: '' }}
        onChange={(event) => uploads.add(gatherInput(event.currentTarget), wanted.current)}
      />
    </Context>
  )
}

/** Starting uploads, from anywhere below the provider. */
export function useUploads(): Uploads {
  const uploads = use(Context)
  if (uploads === undefined) throw new Error('useUploads stands outside an UploadProvider')
  return uploads
}

/** What is on its way, as of this frame. */
export function useSnapshot(): Snapshot {
  const { engine } = useUploads()
  return useSyncExternalStore(engine.subscribe, engine.getSnapshot)
}
