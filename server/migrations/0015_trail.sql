-- 0015 trail                                                       room: audit
--
-- Why     Who spoke and by which agent, in every line; lines numbered so that they can be sealed in a chain; security
--         events kept by the month like activities; what administrators have been told of.
-- Locks   activity and security_event are rewritten once: nothing can be recorded meanwhile. A million lines take seconds.
-- Old server, new schema   works: its lines are told as a user's, without an agent.
-- Undo    drop the new tables, columns and functions; security_event may stay partitioned.

create sequence trail_number;
-- A line has its transaction's id before its number (`case` keeps that order), so whoever reads the sequence and then
-- waits for every transaction of that moment to end knows that no line with a lower number is still to come.
create function next_trail_number() returns bigint language sql volatile as $$
  select case when pg_current_xact_id() is not null then nextval('trail_number') end
$$;

drop trigger activity_append_only on activity;
alter table activity
  add column number bigint not null default next_trail_number(),
  add column actor_kind text not null default 'user' constraint activity_actor_kind_known
    check (actor_kind in ('anyone', 'user', 'key', 'link', 'system')),
  -- The session, API key or link that spoke.
  add column credential_id uuid,
  add column user_agent text;
update activity set actor_kind = 'system' where actor_id is null;
create trigger activity_append_only before update or delete on activity for each row execute function refuse_change();
create trigger activity_no_truncate before truncate on activity for each statement execute function refuse_change();

drop index activity_resource;
drop index activity_organization;
create index activity_number on activity (number);
create index activity_of_resource on activity (resource_id, at desc, id desc) where resource_id is not null;
create index activity_of_organization on activity (organization_id, at desc, id desc) where organization_id is not null;
create index activity_by_action on activity (organization_id, action, at desc, id desc) where organization_id is not null;
create index activity_of_pruning on activity (number) where action = 'activity.pruned';
create index activity_of_actor on activity (actor_id, at desc, id desc) where actor_id is not null;

alter table security_event rename to security_event_before;
alter table security_event_before rename constraint security_event_pkey to security_event_before_pkey;
alter table security_event_before rename constraint security_event_severity_known to security_event_before_severity_known;
drop index security_event_at;

create table security_event (
  id uuid not null,
  at timestamptz not null default now(),
  number bigint not null default next_trail_number(),
  severity text not null constraint security_event_severity_known check (severity in ('info', 'warning', 'critical')),
  kind text not null,
  -- Whom it concerns.
  user_id uuid,
  -- Who did it, where that is somebody else.
  actor_id uuid,
  organization_id uuid,
  ip inet,
  user_agent text,
  facts jsonb not null default '{}',
  primary key (id, at)
) partition by range (at);
create index security_event_number on security_event (number);
create index security_event_newest on security_event (at desc, id desc);
create index security_event_of_user on security_event (user_id, at desc, id desc) where user_id is not null;
create index security_event_by_severity on security_event (severity, at desc, id desc);
create index security_event_by_kind on security_event (kind, at desc, id desc);
create index security_event_critical on security_event (number) where severity = 'critical';

-- A seal is over the lines of both tables with after_number < number <= upto_number, and over the seal before it.
create table seal (
  number bigint not null,
  at timestamptz not null default now(),
  after_number bigint not null,
  upto_number bigint not null,
  line_count int not null,
  -- For each line its number, its time and the SHA-256 of its content: 48 bytes.
  leaves bytea not null,
  previous bytea not null,
  -- HMAC-SHA-256 with a key that is not in the database.
  mac bytea not null,
  primary key (number, at)
) partition by range (at);
create index seal_newest on seal (number desc);

create function make_trail_partitions(month date) returns void language plpgsql as $$
declare
  whole text;
  part text;
begin
  foreach whole in array array['activity', 'security_event', 'seal'] loop
    part := whole || '_' || to_char(month, 'YYYY_MM');
    execute format('create table if not exists %I partition of %I for values from (%L) to (%L)', part, whole,
      month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
    -- Unlike those for rows, this kind of trigger is not passed on to partitions.
    execute format('create or replace trigger %I before truncate on %I for each statement execute function refuse_change()',
      whole || '_no_truncate', part);
  end loop;
end $$;

-- The name that servers before this one know.
create or replace function make_activity_partitions(months_ahead int) returns void language plpgsql as $$
begin
  for i in 0..months_ahead loop
    perform make_trail_partitions((date_trunc('month', now() at time zone 'utc') + make_interval(months => i))::date);
  end loop;
end $$;

select make_activity_partitions(3);
-- The months that are behind.
select make_trail_partitions(month::date) from generate_series(
  date_trunc('month', least((select min(at) from activity), (select min(at) from security_event_before)) at time zone 'utc'),
  now() at time zone 'utc', interval '1 month') as month;

insert into security_event (id, at, severity, kind, user_id, ip, facts)
  select id, at, severity, kind, user_id, ip, facts from security_event_before order by at, id;
drop table security_event_before;

create trigger security_event_append_only before update or delete on security_event
  for each row execute function refuse_change();
create trigger security_event_no_truncate before truncate on security_event
  for each statement execute function refuse_change();
create trigger seal_append_only before update or delete on seal for each row execute function refuse_change();
create trigger seal_no_truncate before truncate on seal for each statement execute function refuse_change();

-- The months that end before a day, dropped whole: nothing else removes from the trail.
create function drop_trail_partitions(before date) returns setof text language plpgsql as $$
declare
  part text;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('activity'::regclass, 'security_event'::regclass, 'seal'::regclass)
      and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before
    order by 1
  loop
    execute format('drop table %I', part);
    return next part;
  end loop;
end $$;

-- How far administrators have been told of critical events by mail, and how far each has looked.
create table security_notice (
  is_only boolean primary key default true constraint security_notice_is_only check (is_only),
  told_number bigint not null default 0,
  told_at timestamptz
);
insert into security_notice default values;

create table security_reading (
  user_id uuid primary key references "user" on delete cascade,
  seen_number bigint not null
);
