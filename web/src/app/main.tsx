import '../ui/tokens.css'
import '../lib/theme.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { Confirmation, keepAppearance } from '../identity/index.ts'
import { ShortcutsDialog } from '../ui/ShortcutsDialog.tsx'
import { Toasts } from '../ui/Toasts.tsx'
import { TooltipProvider } from '../ui/Tooltip.tsx'
import { followLive } from './live.ts'
import { queries } from './queries.ts'
import { router } from './router.tsx'
import { followSession } from './session.ts'

followSession(() => void router.invalidate())
followLive()
keepAppearance()

const page = document.getElementById('page')
if (page !== null) {
  createRoot(page).render(
    <QueryClientProvider client={queries}>
      <TooltipProvider>
        <RouterProvider router={router} />
        <Toasts />
        <ShortcutsDialog />
        <Confirmation />
      </TooltipProvider>
    </QueryClientProvider>,
  )
}
