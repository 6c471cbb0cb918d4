import { getLogo, type Organization } from '@trove/contract/organizations'
import { pathOf } from '../lib/api.ts'
import { apiUrl } from '../lib/place.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { cx } from '../lib/cx.ts'

/** An organization's logo; without one, its initials. */
export function OrganizationMark({ organization, size = 'medium' }: OrganizationMarkProps) {
  const { id, name, logoVersion } = organization
  if (logoVersion === undefined) return <Avatar id={id} name={name} size={size} shape="square" />
  const src = apiUrl(pathOf(getLogo, { params: { organizationId: id }, query: { v: logoVersion } }))
  return (
    <img
      src={src}
      alt=""
      className={cx('shrink-0 rounded-md object-contain', size === 'large' ? 'size-14' : 'size-7')}
    />
  )
}

type OrganizationMarkProps = {
  organization: Pick<Organization, 'id' | 'name' | 'logoVersion'>
  size?: 'medium' | 'large'
}
