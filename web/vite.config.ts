import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { pdfResources } from './pdf-resources.ts'

const API = process.env['TROVE_API'] ?? 'http://127.0.0.1:8080'

const HOME = import.meta.dirname

/** Guests of a link get a page of their own, at `/s`; built, the API serves it there. */
const linkPage = (): Plugin => ({
  name: 'trove-link-page',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (/^\/s(\?|$)/.test(request.url ?? '')) request.url = '/link.html'
      next()
    })
  },
})

/** What the contract says to people who read its document is not for the page: it only weighs. */
const withoutWords = (): Plugin => ({
  name: 'trove-contract-without-words',
  apply: 'build',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/contract/src/')) return null
    return code.replace(/\b(summary|description):\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"),?/g, '')
  },
})

/** The page is self-contained and relative to `<base href>`, so it runs under any path prefix. */
export const config = defineConfig({
  root: HOME,
  base: './',
  resolve: { alias: [{ find: /^typebox$/, replacement: join(HOME, 'no-schemas.ts') }] },
  plugins: [withoutWords(), react(), tailwindcss(), pdfResources(), linkPage()],
  build: {
    target: 'es2022',
    // The content security policy of the page allows scripts and styles from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: join(HOME, 'index.html'), link: join(HOME, 'link.html') },
    },
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: { '/api': { target: API, ws: true } },
  },
})

export { config as default }
