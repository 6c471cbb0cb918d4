import { defineConfig } from 'vitest/config'

export const config = defineConfig({
  root: import.meta.dirname,
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
})

export { config as default }
