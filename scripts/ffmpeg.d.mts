export function hasFfmpeg(): boolean
export function ensureFfmpeg(): void
