export { Quarantine } from './Quarantine.tsx'
export { ScannerState } from './ScannerState.tsx'
