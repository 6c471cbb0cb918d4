import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'

/** Asks for a day to go to. */
export function JumpToDate({ isOpen, onClose, onJump, oldest, newest }: JumpToDateProps) {
  return (
    <Dialog title="Go to a date" isOpen={isOpen} onClose={onClose}>
      {isOpen && <Form onClose={onClose} onJump={onJump} oldest={oldest} newest={newest} />}
    </Dialog>
  )
}

function Form({ onClose, onJump, oldest, newest }: Omit<JumpToDateProps, 'isOpen'>) {
  const [day, setDay] = useState(newest ?? '')
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isDay) return
        onJump(day)
        onClose()
      }}
    >
      <Field
        label="Date"
        type="date"
        autoFocus
        required
        value={day}
        min={oldest}
        max={newest}
        onChange={(event) => setDay(event.target.value)}
        hint="When nothing happened on it, you come to the nearest day before."
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="primary" type="submit" disabled={!isDay}>
          Go
        </Button>
      </div>
    </form>
  )
}

type JumpToDateProps = {
  isOpen: boolean
  onClose: () => void
  onJump: (day: string) => void
  /** The first and the last day with anything. */
  oldest: string | undefined
  newest: string | undefined
}
