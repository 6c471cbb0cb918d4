-- 0039 texts apart                                            rooms: files
--
-- Why     What is known of a file was kept twice, once more with its text, and most files have none. Rows of half the size,
--         an index of texts for those that have one, and one by age, so that a search can be among the newest so many.
--         A question looks through tags and people once, not once for each word.
-- Locks   finding, while its indexes are made: about a minute for each million files. Rows of before go on being found, and
--         upkeep writes them anew.
-- Undo    create the functions and the index finding_words again as 0031 has them, set words to told where it is null.

alter table finding alter column words drop not null;

drop index finding_words;
create index finding_words on finding using gin (organization_id, named, told);
create index finding_texts on finding using gin (organization_id, words) where words is not null;
create index finding_newest on finding (organization_id, file_id);

-- Writes the rows of these files as they ought to be. What begins with a word and a colon is looked for by filters.
create or replace function renew_findings(file_ids uuid[]) returns void language sql as $$
  insert into finding (file_id, organization_id, revision, language, named, told, words)
  select file_id, organization_id, 2, language, named, told, told || text_words
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

-- What somebody typed, as a question: each of the words, the last one also as the beginning of one. Elsewhere than in names
-- a word may be that of a tag or of whoever uploaded it, or the beginning of one when it is longer than a letter: all of
-- those are looked through once, whatever the number of words. Empty when nothing in it is a word.
create or replace function search_query(of_organization uuid, source text, is_of_name boolean) returns tsquery
language plpgsql stable parallel safe as $$
declare
  of_language text := (select search_language(settings) from organization where id = of_organization);
  is_whole boolean := source ~ '\s$';
  asked record;
  answer tsquery;
  one text;
begin
  for asked in
    with said as materialized (
      select word, max(place) as place, max(max(place)) over () as last_place
      from split_words(left(source, 500)) group by word order by 2 limit 16
    ), topic as materialized (
      select 'tag:' || tag.id as facet, lower(unaccent(normalize(tag.name, NFKC))) as name
      from tag where tag.organization_id = of_organization and not is_of_name
    ), person as materialized (
      select 'by:' || "user".id as facet, lower(unaccent(normalize("user".name, NFKC))) as name
      from organization_member as member join "user" on "user".id = member.user_id
      where member.organization_id = of_organization and not is_of_name
    )
    select said.word, said.place, said.last_place, (
      select string_agg(' | ''' || known.facet || '''', '') from (
        (select facet from topic where strpos(topic.name, said.word) > 0
           and exists (select from split_words(topic.name) as part where
             part.word = said.word or (octet_length(said.word) > 1 and starts_with(part.word, said.word)))
         limit 20)
        union all
        (select facet from person where strpos(person.name, said.word) > 0
           and exists (select from split_words(person.name) as part where
             part.word = said.word or (octet_length(said.word) > 1 and starts_with(part.word, said.word)))
         limit 20)
      ) as known
    ) as facets
    from said order by said.place
  loop
    one := '''' || asked.word || '''' || case
      when asked.place = asked.last_place and not is_whole and octet_length(asked.word) > 1 then ':*' else '' end;
    if of_language <> 'simple' and asked.word ~ '^[^0-9]{3,}$' then
      one := one || coalesce((select string_agg(' | ''~' || stem || '''', '')
        from unnest(ts_lexize((of_language || '_stem')::regdictionary, asked.word)) as stem), '');
    end if;
    one := one || coalesce(asked.facets, '');
    answer := case when answer is null then one::tsquery else answer && one::tsquery end;
  end loop;
  return coalesce(answer, ''::tsquery);
end
$$;
