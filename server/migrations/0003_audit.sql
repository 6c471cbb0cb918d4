-- 0003 audit                                                        room: audit
--
-- Why     The append-only trail. Activity is kept in monthly partitions, made ahead, so that pruning is a drop.
-- Locks   none: new tables only.
-- Undo    drop them.

create table activity (
  id uuid not null,
  at timestamptz not null default now(),
  actor_id uuid,
  organization_id uuid,
  resource_id uuid,
  action text not null,
  ip inet,
  facts jsonb not null default '{}',
  primary key (id, at)
) partition by range (at);
create index activity_resource on activity (resource_id, at desc);
create index activity_organization on activity (organization_id, at desc);

create function make_activity_partitions(months_ahead int) returns void language plpgsql as $$
declare
  first date;
begin
  for i in 0..months_ahead loop
    first := (date_trunc('month', now() at time zone 'utc') + make_interval(months => i))::date;
    execute format(
      'create table if not exists activity_%s partition of activity for values from (%L) to (%L)',
      to_char(first, 'YYYY_MM'), first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
  end loop;
end $$;
select make_activity_partitions(3);

create table security_event (
  id uuid primary key,
  at timestamptz not null default now(),
  severity text not null constraint security_event_severity_known check (severity in ('info', 'warning', 'critical')),
  kind text not null,
  user_id uuid,
  ip inet,
  facts jsonb not null default '{}'
);
create index security_event_at on security_event (at desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the trail is append-only';
end $$;
create trigger activity_append_only before update or delete on activity for each row execute function refuse_change();
create trigger security_event_append_only before update or delete on security_event for each row execute function refuse_change();
