-- 0001 platform                                                      room: none
--
-- Why     What every room leans on: updated_at kept by a trigger, events in commit order, search by part of a name.
-- Locks   none: new tables only.
-- Undo    drop them.

create extension if not exists pg_trgm;

create function keep_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

-- Read in the order (xid, id) and only below the oldest transaction still open: a reader that has gone
-- past a cursor can never have missed a row that commits later. A time or a plain sequence cannot promise that.
create table event (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  organization_id uuid not null,
  -- The resource whose readers may hear of it; null when `user_id` says who.
  resource_id uuid,
  user_id uuid,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (xid, id)
);
create index event_created_at on event (created_at);
