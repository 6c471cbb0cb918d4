-- 0033 events                                       rooms: access, files, timeline
--
-- Why     Photos, photo series and video clips on a timeline, in the one tree that rights are asked about; which files are
--         shown where, so that none is removed for good without a word; clips that are cut out of longer videos.
-- Locks   resource, for the moment that its check takes; file, for the moment that a trigger takes.
-- Undo    drop the triggers, tables and functions; resources of the kind `event` go with them.
--
-- Locks are taken in one order: versions, files, events; of each by their ids.

alter table resource drop constraint resource_kind_known;
alter table resource add constraint resource_kind_known check (kind in ('file', 'folder', 'event'));

-- Where a file is shown or needed besides where it lies. Files know no more of it than this: it has a name, and is a
-- resource that some may read. A file that is used is not removed until it is detached.
create table file_use (
  file_id uuid not null references file,
  used_by uuid not null references resource on delete cascade,
  organization_id uuid not null references organization,
  kind text not null constraint file_use_kind_known check (kind in ('event')),
  -- Copied from what uses it.
  name text not null,
  created_at timestamptz not null default now(),
  primary key (file_id, used_by)
);
create index file_use_of on file_use (used_by);

-- `event` is what is announced to programs (0001); this is what people keep of a day.
create table timeline_event (
  id uuid primary key references resource,
  organization_id uuid not null references organization,
  -- Its author.
  created_by uuid not null references "user",
  kind text not null constraint timeline_event_kind_known check (kind in ('photo', 'series', 'clip')),
  title text not null constraint timeline_event_title_length check (char_length(title) between 1 and 200),
  description text not null default ''
    constraint timeline_event_description_length check (char_length(description) <= 10000),
  happened_at timestamptz not null default now(),
  offset_minutes smallint not null default 0
    constraint timeline_event_offset_sane check (offset_minutes between -1080 and 1080),
  -- Unless by hand it follows its pictures: that of the first that a camera dated, else of the first that came.
  happened_from text not null default 'upload'
    constraint timeline_event_happened_from_known check (happened_from in ('upload', 'camera', 'hand')),
  local_at timestamp not null
    generated always as ((happened_at at time zone 'UTC') + offset_minutes * interval '1 minute') stored,
  -- Kept by a trigger, whatever takes a picture away.
  picture_count int not null default 0 constraint timeline_event_count_sane
    check (picture_count >= 0 and (kind = 'series' or picture_count <= 1)),
  trashed_at timestamptz,
  trash_batch_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger timeline_event_updated_at before update on timeline_event for each row execute function keep_updated_at();
create index timeline_event_newest on timeline_event (organization_id, local_at desc, id desc) where trashed_at is null;
create index timeline_event_newest_of_kind on timeline_event (organization_id, kind, local_at desc, id desc)
  where trashed_at is null;
create index timeline_event_newest_of_author on timeline_event (organization_id, created_by, local_at desc, id desc)
  where trashed_at is null;
create index timeline_event_trash on timeline_event (organization_id, local_at desc, id desc) where trashed_at is not null;
create index timeline_event_trashed_at on timeline_event (trashed_at) where trashed_at is not null;
create index timeline_event_trash_batch on timeline_event (trash_batch_id) where trash_batch_id is not null;

-- Goes when its use goes, and so does its use when somebody who knows nothing of events detaches the file.
create table event_picture (
  event_id uuid not null references timeline_event on delete cascade,
  file_id uuid not null,
  organization_id uuid not null references organization,
  -- Between those of its neighbours, with room for others: moving one writes one.
  position bigint not null,
  caption text not null default '' constraint event_picture_caption_length check (char_length(caption) <= 2000),
  created_by uuid not null references "user",
  created_at timestamptz not null default now(),
  primary key (event_id, file_id),
  constraint event_picture_use foreign key (file_id, event_id) references file_use (file_id, used_by) on delete cascade on update cascade,
  constraint event_picture_position_once unique (event_id, position) deferrable initially immediate
);
create index event_picture_of_file on event_picture (file_id, event_id);

create table event_tag (
  event_id uuid not null references timeline_event on delete cascade,
  tag_id uuid not null references tag on delete cascade,
  organization_id uuid not null references organization,
  created_at timestamptz not null default now(),
  primary key (event_id, tag_id)
);
create index event_tag_of on event_tag (tag_id, event_id desc);

-- Sets the time of events by what they show, unless somebody has set it by hand. They are locked in order first.
create function follow_pictures(event_ids uuid[]) returns void language plpgsql as $$
begin
  perform 1 from timeline_event where id = any(event_ids) order by id for update;
  update timeline_event set happened_at = first.happened_at, offset_minutes = first.offset_minutes,
    happened_from = case first.happened_from when 'upload' then 'upload' else 'camera' end
  from unnest(event_ids) as asked (id) cross join lateral (
    select file.happened_at, file.offset_minutes, file.happened_from
    from event_picture join file on file.id = event_picture.file_id
    where event_picture.event_id = asked.id
    order by (file.happened_from = 'upload'), file.happened_at, file.id limit 1
  ) as first
  where timeline_event.id = asked.id and timeline_event.happened_from <> 'hand'
    and (timeline_event.happened_at, timeline_event.offset_minutes) is distinct from (first.happened_at, first.offset_minutes);
end $$;

create function count_pictures() returns trigger language plpgsql as $$
declare
  touched uuid[];
begin
  select array_agg(distinct event_id) into touched from changed;
  if touched is null then return null; end if;
  perform 1 from timeline_event where id = any(touched) order by id for update;
  update timeline_event set picture_count = picture_count + by.count
  from (
    select event_id, case tg_op when 'INSERT' then count(*)::int else -count(*)::int end as count from changed group by 1
  ) as by
  where timeline_event.id = by.event_id;
  perform follow_pictures(touched);
  return null;
end $$;
create trigger event_picture_added after insert on event_picture
  referencing new table as changed for each statement execute function count_pictures();
create trigger event_picture_removed after delete on event_picture
  referencing old table as changed for each statement execute function count_pictures();

create function tell_events_of_date() returns trigger language plpgsql as $$
declare
  showing uuid[];
begin
  select array_agg(event_id order by event_id) into showing from event_picture where file_id = new.id;
  if showing is not null then perform follow_pictures(showing); end if;
  return null;
end $$;
create trigger file_dated_otherwise after update of happened_at, offset_minutes, happened_from on file
  for each row when ((old.happened_at, old.offset_minutes, old.happened_from)
    is distinct from (new.happened_at, new.offset_minutes, new.happened_from))
  execute function tell_events_of_date();

-- A part that is cut out of a video: asked for, made by a job, and a file of its own when it is done.
create table trim (
  id uuid primary key,
  organization_id uuid not null references organization,
  file_id uuid not null references file on delete cascade,
  created_by uuid not null references "user",
  start_ms bigint not null constraint trim_start_sane check (start_ms >= 0),
  length_ms bigint not null constraint trim_length_sane check (length_ms > 0),
  -- The clip that is made of it at once.
  event jsonb not null,
  status text not null default 'waiting' constraint trim_status_known check (status in ('waiting', 'running', 'done', 'failed')),
  progress real not null default 0 constraint trim_progress_share check (progress between 0 and 1),
  failure text,
  -- No foreign keys: what was made may go its own way.
  result_file_id uuid,
  result_event_id uuid,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint trim_failure_told check ((status = 'failed') = (failure is not null))
);
create index trim_of_file on trim (file_id);
create index trim_age on trim (created_at);
