import '../ui/tokens.css'
import '../lib/theme.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { takeFilesFrom } from '../lib/file-urls.ts'
import { LinkPage } from '../pages/LinkPage.tsx'
import { beginVisit, sharedUrls, visit } from '../shared/index.ts'
import { Toasts } from '../ui/Toasts.tsx'
import { TooltipProvider } from '../ui/Tooltip.tsx'
import { queries } from './queries.ts'

// The page of a link: nothing of accounts, and nothing loaded that a guest does not need.
visit.subscribe(() => {
  const now = visit.get()
  if (now.kind === 'open') takeFilesFrom(sharedUrls(now.pass.linkId))
})
// Another address behind the # is another link, though the browser calls it the same page.
addEventListener('hashchange', () => location.reload())
beginVisit()

const page = document.getElementById('page')
if (page !== null) {
  createRoot(page).render(
    <QueryClientProvider client={queries}>
      <TooltipProvider>
        <LinkPage />
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>,
  )
}
