export function hasCeph(): boolean
export function ensureCeph(): void
