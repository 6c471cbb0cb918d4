export { InstallationSpace } from './InstallationSpace.tsx'
export { spaceQuery } from './queries.ts'
export { SpaceBar, SpaceParts } from './SpaceParts.tsx'
export { SpaceShares, type LinkTo } from './SpaceShares.tsx'
