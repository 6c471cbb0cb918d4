export function hasPoppler(): boolean
export function ensurePoppler(): void
