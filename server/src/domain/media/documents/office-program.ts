import { existsSync } from 'node:fs'

/** Where Debian, Fedora, SUSE and Alpine put it. The program itself: what is in the PATH is a script around it. */
const PLACES = ['/usr/lib/libreoffice/program/soffice.bin', '/usr/lib64/libreoffice/program/soffice.bin']

/** LibreOffice, where it is installed. Asked each time: it may come while Trove runs. */
export const officeProgram = (): string | undefined => PLACES.find((path) => existsSync(path))
