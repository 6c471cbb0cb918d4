import type { Me } from '@trove/contract/identity'
import { DeviceForm } from '../identity/device/DeviceForm.tsx'
import { Welcome } from './Welcome.tsx'

/** Where a program that runs elsewhere is given a key. */
export function DevicePage({ me, code }: { me: Me; code: string }) {
  return (
    <Welcome
      title="Sign a program in"
      lead="Enter the code that it shows, or check that it is the same."
      footer={<>Signed in as {me.email}.</>}
    >
      <DeviceForm code={code} email={me.email} />
    </Welcome>
  )
}
