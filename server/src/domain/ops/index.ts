export { watchRefusals } from './refusals/routes.ts'
