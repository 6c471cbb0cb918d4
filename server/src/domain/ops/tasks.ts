import { eraseOrganizations } from './erasing/tasks.ts'

export const opsTasks = [eraseOrganizations]
