import { alertAdministrators } from './alerts/tasks.ts'
import { eraseOrganizations } from './erasing/tasks.ts'

export const opsTasks = [alertAdministrators, eraseOrganizations]
