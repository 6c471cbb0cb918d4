import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { pdfResources } from './pdf-resources.ts'

const API = process.env['TROVE_API'] ?? 'http://127.0.0.1:8080'

/** The page is self-contained and relative to `<base href>`, so it runs under any path prefix. */
export const config = defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), tailwindcss(), pdfResources()],
  build: {
    target: 'es2022',
    // The content security policy of the page allows scripts and styles from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: { '/api': { target: API, ws: true } },
  },
})

export { config as default }
