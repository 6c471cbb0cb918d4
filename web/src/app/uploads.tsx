import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { UploadSessionPage } from '../pages/UploadSessionPage.tsx'
import { UploadsPage } from '../pages/UploadsPage.tsx'

export function Uploads() {
  const search = useSearch({ from: '/inside/shell/uploads' })
  const navigate = useNavigate()
  return (
    <UploadsPage
      search={search}
      onSearch={(next) => void navigate({ to: '/uploads', search: next, replace: true })}
      link={({ id }, children, className) => (
        <Link to="/uploads/$uploadSessionId" params={{ uploadSessionId: id }} search={{}} className={className}>
          {children}
        </Link>
      )}
    />
  )
}

export function UploadSession() {
  const { uploadSessionId } = useParams({ from: '/inside/shell/uploads/$uploadSessionId' })
  const { show = 'all' } = useSearch({ from: '/inside/shell/uploads/$uploadSessionId' })
  const navigate = useNavigate()
  const to = '/uploads/$uploadSessionId'
  return (
    <UploadSessionPage
      uploadSessionId={uploadSessionId}
      show={show}
      onShow={(next) =>
        void navigate({ to, params: { uploadSessionId }, search: next === 'all' ? {} : { show: next }, replace: true })
      }
      back={
        <Link to="/uploads" search={{}} className="text-accent underline-offset-4 hover:underline">
          Uploads
        </Link>
      }
    />
  )
}
