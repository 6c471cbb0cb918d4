import type { Me, topics } from '@trove/contract/identity'
import { sentenceOf } from '../../lib/problem.ts'
import { Switch } from '../../ui/Switch.tsx'
import { toast } from '../../ui/toast.ts'
import { useUpdateMe } from './queries.ts'

type Topic = (typeof topics)[number]
const WORDS: Record<Topic, { label: string; hint: string; isForAdministrators?: true }> = {
  'sign-in': { label: 'New devices', hint: 'Somebody signs in to your account in a browser that it does not know.' },
  sharing: { label: 'Sharing', hint: 'Somebody shares files or folders with you.' },
  membership: { label: 'Membership', hint: 'You are taken into an organization or team, or your role changes.' },
  alerts: { label: 'Alerts', hint: 'Something critical happens in this installation.', isForAdministrators: true },
}
/** What is sent today; the others begin with what they tell of. */
const SENT: readonly Topic[] = ['sign-in', 'alerts']

/** What one is told of by mail. Everything unless it was switched off. */
export function Notifications({ me }: { me: Me }) {
  const update = useUpdateMe()
  const chosen = me.preferences.notifications ?? {}
  const set = (topic: Topic, isOn: boolean) =>
    update.mutate(
      { preferences: { ...me.preferences, notifications: { ...chosen, [topic]: isOn ? ['mail'] : [] } } },
      { onError: (error) => toast({ tone: 'danger', title: 'Nothing was changed', detail: sentenceOf(error) }) },
    )
  return (
    <div className="flex flex-col gap-4">
      {SENT.filter((topic) => WORDS[topic].isForAdministrators !== true || me.isAdministrator).map((topic) => (
        <Switch
          key={topic}
          label={WORDS[topic].label}
          hint={WORDS[topic].hint}
          isOn={chosen[topic]?.includes('mail') ?? true}
          disabled={update.isPending}
          onChange={(isOn) => set(topic, isOn)}
        />
      ))}
    </div>
  )
}
