-- 0021 organization keys                                          room: storage
--
-- Why     Each organization's bytes are encrypted under keys that are derived from one of its own. That one is kept here, wrapped by
--         the master key, which the database never sees: turning the master key rewrites these rows and no stored byte, and
--         deleting a row makes everything unreadable that the organization has stored, in every copy.
-- Locks   none: a new table only.
-- Undo    drop it, once nothing is encrypted any more: without it nothing that was can be read.

create table organization_key (
  organization_id uuid primary key references organization,
  -- nonce 12, key 32, tag 16; the organization's id is bound into the tag.
  wrapped bytea not null constraint organization_key_length check (length(wrapped) = 60),
  -- Which master key wraps it: the beginning of a hash of that.
  master_key_id text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger organization_key_updated_at before update on organization_key
  for each row execute function keep_updated_at();
