-- 0031 finding                                               rooms: files, media
--
-- Why     Files are found by their words and by what is known of them: one row for each, written anew whenever something
--         of that changes, and read through one index. What pictures look like, so that near-duplicates are found.
-- Locks   file, version, file_tag, step, for the moment that a trigger takes. Files that are there already come in by
--         upkeep.
-- Undo    drop the tables, triggers and functions; nothing else refers to them.

create extension if not exists unaccent;
create extension if not exists btree_gin;

create table finding (
  file_id uuid primary key references file on delete cascade,
  organization_id uuid not null references organization,
  -- Of this migration's making: rows of an older one are written anew by upkeep, and so are those in another language.
  revision int not null,
  language text not null,
  -- The words of its name; those and all else that is known of it; those and its text.
  named tsvector not null,
  told tsvector not null,
  words tsvector not null
);
alter table finding alter column told set statistics 1000;
alter table finding alter column named set statistics 1000;
alter table finding alter column words set statistics 1000;
create index finding_words on finding using gin (organization_id, named, told, words);
create index finding_outdated on finding (revision, organization_id, language);

-- Tags and cameras, for suggestions and lists to choose from.
create index file_camera on file (organization_id, camera) where camera is not null;

-- The words of one page of a document, and of all of it.
create table document_page_words (
  blob_id uuid not null references blob on delete cascade,
  number int not null,
  organization_id uuid not null references organization,
  words tsvector not null,
  primary key (blob_id, number)
);
create table document_words (
  blob_id uuid primary key references blob on delete cascade,
  organization_id uuid not null references organization,
  language text not null,
  words tsvector not null
);

-- Words as they are compared: lower case, without accents, letters and digits apart, at most 64 characters of each.
-- Nothing that parts words is in one, so that what begins with a name and a colon, or a tilde, is no word.
create function split_words(source text) returns table (word text, place bigint) language sql stable parallel safe as $$
  select left(piece, 64), place
  from regexp_split_to_table(
    regexp_replace(lower(unaccent(normalize(source, NFKC))), '([0-9]+)', ' \1 ', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f\ufe00-\ufe0f]+')
    with ordinality as piece_of (piece, place)
  where piece <> ''
$$;
create function words_of(source text) returns text[] language sql stable parallel safe as $$
  select coalesce(array_agg(distinct word), '{}') from split_words(source)
$$;

-- The same with the stem of each, behind a tilde, where the language is known.
create function lexemes_of(words text[], language text) returns text[] language sql stable parallel safe as $$
  select case when language = 'simple' then words else words || coalesce((
    select array_agg(distinct '~' || stem)
    from unnest(words) as word, unnest(ts_lexize((language || '_stem')::regdictionary, word)) as stem
    where word ~ '^[^0-9]{3,}$'), '{}') end
$$;

create function search_language(settings jsonb) returns text language sql immutable parallel safe as $$
  select case split_part(coalesce(settings->>'language', ''), '-', 1)
    when 'ar' then 'arabic' when 'hy' then 'armenian' when 'eu' then 'basque' when 'ca' then 'catalan'
    when 'da' then 'danish' when 'nl' then 'dutch' when 'en' then 'english' when 'fi' then 'finnish'
    when 'fr' then 'french' when 'de' then 'german' when 'el' then 'greek' when 'hi' then 'hindi'
    when 'hu' then 'hungarian' when 'id' then 'indonesian' when 'ga' then 'irish' when 'it' then 'italian'
    when 'lt' then 'lithuanian' when 'ne' then 'nepali' when 'nb' then 'norwegian' when 'nn' then 'norwegian'
    when 'no' then 'norwegian' when 'pt' then 'portuguese' when 'ro' then 'romanian' when 'ru' then 'russian'
    when 'sr' then 'serbian' when 'es' then 'spanish' when 'sv' then 'swedish' when 'ta' then 'tamil'
    when 'tr' then 'turkish' when 'yi' then 'yiddish' else 'simple' end
$$;

-- What somebody typed, as a question: each of the words, the last one also as the beginning of one. Elsewhere than in names
-- a word may be that of a tag or of whoever uploaded it. Empty when nothing in it is a word.
create function search_query(of_organization uuid, source text, is_of_name boolean) returns tsquery
language plpgsql stable parallel safe as $$
declare
  of_language text := (select search_language(settings) from organization where id = of_organization);
  is_whole boolean := source ~ '\s$';
  asked record;
  answer tsquery;
  one text;
begin
  for asked in
    select word, max(place) as place, max(max(place)) over () as last_place
    from split_words(left(source, 500)) group by word order by 2 limit 16
  loop
    one := '''' || asked.word || '''' || case
      when asked.place = asked.last_place and not is_whole and octet_length(asked.word) > 1 then ':*' else '' end;
    if of_language <> 'simple' and asked.word ~ '^[^0-9]{3,}$' then
      one := one || coalesce((select string_agg(' | ''~' || stem || '''', '')
        from unnest(ts_lexize((of_language || '_stem')::regdictionary, asked.word)) as stem), '');
    end if;
    if not is_of_name then
      one := one || coalesce((
        select string_agg(' | ''' || known.facet || '''', '') from (
          (select 'tag:' || tag.id as facet from tag
           where tag.organization_id = of_organization and unaccent(tag.name) ilike '%' || asked.word || '%'
             and exists (select from split_words(tag.name) as part where starts_with(part.word, asked.word))
           limit 50)
          union all
          (select 'by:' || "user".id from organization_member as member join "user" on "user".id = member.user_id
           where member.organization_id = of_organization and unaccent("user".name) ilike '%' || asked.word || '%'
             and exists (select from split_words("user".name) as part where starts_with(part.word, asked.word))
           limit 50)
        ) as known), '');
    end if;
    answer := case when answer is null then one::tsquery else answer && one::tsquery end;
  end loop;
  return coalesce(answer, ''::tsquery);
end
$$;

-- What a picture looks like. Kept with the bytes: whatever shows them looks the same.
create table likeness (
  id uuid primary key,
  organization_id uuid not null references organization,
  -- Of the first of those that look like it.
  hash bit(64) not null,
  band_1 int not null,
  band_2 int not null,
  band_3 int not null,
  band_4 int not null,
  -- More than one file has had it: worth looking for.
  is_shared boolean not null default false
);
create index likeness_band_1 on likeness (organization_id, band_1);
create index likeness_band_2 on likeness (organization_id, band_2);
create index likeness_band_3 on likeness (organization_id, band_3);
create index likeness_band_4 on likeness (organization_id, band_4);
create index likeness_shared on likeness (organization_id, id desc) where is_shared;

create table look (
  blob_id uuid primary key references blob on delete cascade,
  organization_id uuid not null references organization,
  -- Null of what hardly shows anything: every plain picture would look like every other.
  hash bit(64),
  likeness_id uuid references likeness,
  -- By name, what most of it is in first.
  colours text[] not null
);
create index look_likeness on look (likeness_id, blob_id) where likeness_id is not null;

-- Files that somebody has said are no duplicates of those they look like.
create table told_apart (
  file_id uuid primary key references file on delete cascade,
  organization_id uuid not null references organization,
  likeness_id uuid not null references likeness,
  told_by uuid not null references "user",
  created_at timestamptz not null default now()
);
create index told_apart_likeness on told_apart (likeness_id);

-- A cell of the earth, ten degrees or one degree wide.
create function cell_of(latitude double precision, longitude double precision, degrees int) returns text
language sql immutable parallel safe as $$
  select 'cell:' || degrees || ':' || floor(longitude / degrees)::int || ':' || floor(latitude / degrees)::int
$$;

-- What a number is about: it and its double are one apart.
create function doubling_of(number bigint) returns int language sql immutable parallel safe as $$
  select case when number < 1 then 0 else floor(log(2, number) + 0.0000001)::int end
$$;

-- Writes the rows of these files as they ought to be. What begins with a word and a colon is looked for by filters.
create function renew_findings(file_ids uuid[]) returns void language sql as $$
  insert into finding (file_id, organization_id, revision, language, named, told, words)
  select file_id, organization_id, 1, language, named, told,
    case when text_words is null then told else told || text_words end
  from (
    select file.id as file_id, file.organization_id, language, text_words,
      array_to_tsvector(lexemes_of(name_words, language)) as named,
      array_to_tsvector(lexemes_of(name_words || words_of(
        left(file.description, 10000) || ' ' || coalesce(file.camera, '')), language)
        || array_remove(array[
          to_char(file.local_at, 'YYYY'),
          'year:' || to_char(file.local_at, 'YYYY'),
          'month:' || to_char(file.local_at, 'YYYY-MM'),
          'day:' || to_char(file.local_at, 'YYYY-MM-DD'),
          'kind:' || file.kind,
          'type:' || left(version.media_type, 200),
          'by:' || file.created_by,
          'camera:' || left(lower(file.camera collate "C"), 200),
          'size:' || doubling_of(version.size_bytes),
          'side:' || doubling_of(greatest(version.width_pixels, version.height_pixels)),
          'duration:' || doubling_of(version.duration_ms),
          'way:' || case
            when version.width_pixels > version.height_pixels then 'landscape'
            when version.width_pixels < version.height_pixels then 'portrait'
            when version.width_pixels = version.height_pixels then 'square' end,
          cell_of(file.latitude, file.longitude, 10),
          cell_of(file.latitude, file.longitude, 1)], null)
        || coalesce((select array_agg('tag:' || tag_id) from file_tag where file_tag.file_id = file.id), '{}')
        || coalesce((select array_agg('colour:' || colour) from look, unnest(colours) as colour
                     where look.blob_id = version.blob_id), '{}')) as told
    from file
    join version on version.id = file.current_version_id
    join organization on organization.id = file.organization_id
    cross join lateral search_language(organization.settings) as language
    cross join lateral words_of(file.name) as name_words
    left join lateral (
      select document_words.words as text_words from document_words
      where document_words.blob_id = version.blob_id and version.status <> 'infected'
    ) as text_of on true
    where file.id = any(file_ids)
    order by file.id
  ) as renewed
  on conflict (file_id) do update set
    organization_id = excluded.organization_id, revision = excluded.revision, language = excluded.language,
    named = excluded.named, told = excluded.told, words = excluded.words
  where (finding.revision, finding.language, finding.named, finding.told, finding.words)
    is distinct from (excluded.revision, excluded.language, excluded.named, excluded.told, excluded.words)
$$;

-- Reads the text of a document into words, page by page. At most 20,000 different words of one document are found.
create function renew_document_words(of_blob uuid) returns void language plpgsql as $$
declare
  of_language text;
  of_organization uuid;
begin
  select organization.id, search_language(organization.settings) into of_organization, of_language
  from blob join organization on organization.id = blob.organization_id where blob.id = of_blob;
  if of_organization is null then return; end if;
  delete from document_page_words where blob_id = of_blob;
  insert into document_page_words (blob_id, number, organization_id, words)
  select blob_id, number, organization_id, array_to_tsvector(lexemes_of((words_of(content))[1:8000], of_language))
  from document_text where blob_id = of_blob;
  insert into document_words (blob_id, organization_id, language, words)
  select of_blob, of_organization, of_language, array_to_tsvector(array_agg(lexeme))
  from (
    select distinct word.lexeme from document_page_words as page, unnest(page.words) as word
    where page.blob_id = of_blob limit 20000
  ) as all_of
  having count(*) > 0
  on conflict (blob_id) do update set language = excluded.language, words = excluded.words;
  if not found then delete from document_words where blob_id = of_blob; end if;
  perform renew_findings(array(
    select file.id from version join file on file.id = version.file_id and file.current_version_id = version.id
    where version.blob_id = of_blob));
end
$$;

create function find_changed_files() returns trigger language plpgsql as $$
begin
  perform renew_findings(array(
    select later.id from later join earlier using (id)
    where (later.name, later.description, later.kind, later.camera, later.latitude, later.longitude, later.local_at,
           later.current_version_id, later.created_by)
      is distinct from (earlier.name, earlier.description, earlier.kind, earlier.camera, earlier.latitude,
           earlier.longitude, earlier.local_at, earlier.current_version_id, earlier.created_by)));
  return null;
end
$$;
create trigger file_found after update on file
  referencing old table as earlier new table as later for each statement execute function find_changed_files();

create function find_added_versions() returns trigger language plpgsql as $$
begin
  perform renew_findings(array(select distinct file_id from later));
  update likeness set is_shared = true
  where not is_shared and id in (
    select look.likeness_id from later join look on look.blob_id = later.blob_id
    where exists (select from version where version.blob_id = later.blob_id and version.file_id <> later.file_id));
  return null;
end
$$;
create trigger version_found_added after insert on version
  referencing new table as later for each statement execute function find_added_versions();

create function find_changed_versions() returns trigger language plpgsql as $$
begin
  perform renew_findings(array(
    select distinct later.file_id from later join earlier using (id)
    where (later.width_pixels, later.height_pixels, later.duration_ms, later.media_type, later.size_bytes, later.status = 'infected')
      is distinct from
      (earlier.width_pixels, earlier.height_pixels, earlier.duration_ms, earlier.media_type, earlier.size_bytes, earlier.status = 'infected')));
  return null;
end
$$;
create trigger version_found after update on version
  referencing old table as earlier new table as later for each statement execute function find_changed_versions();

create function find_tagged_files() returns trigger language plpgsql as $$
begin
  perform renew_findings(array(select distinct file_id from tagged));
  return null;
end
$$;
create trigger file_tag_found after insert on file_tag
  referencing new table as tagged for each statement execute function find_tagged_files();
create trigger file_tag_found_gone after delete on file_tag
  referencing old table as tagged for each statement execute function find_tagged_files();

-- The step that reads the text has come to its end: whatever it wrote, in however many statements, is there.
create function find_read_text() returns trigger language plpgsql as $$
begin
  perform renew_document_words(new.blob_id);
  return null;
end
$$;
create trigger step_text_found after update of status on step
  for each row when (new.name in ('text', 'pages') and new.status = 'done') execute function find_read_text();
