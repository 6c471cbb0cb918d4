/** Makers of test media, all deterministic. One door, so that a test names one module. */
export * from './binaries.ts'
export * from './documents.ts'
export * from './hostile.ts'
export * from './images.ts'
export * from './picture.ts'
export * from './recordings.ts'
