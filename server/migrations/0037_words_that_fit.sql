-- 0037 words that fit                                         rooms: files, media
--
-- Why     PostgreSQL makes no search vector of more than 1 MiB. In scripts whose letters take three bytes, and that put no
--         spaces between words, 20,000 of them are more: such a document was never read to its end, and its file could
--         be neither renamed nor described.
-- Locks   none.
-- Undo    create the function again as 0031 has it, and drop the other one.

-- As many as leave room for what else is known of a file.
create function words_that_fit(words text[]) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(word), '{}') from (
    select word, sum(octet_length(word)) over (rows unbounded preceding) as bytes from unnest(words) as word
  ) as counted
  where bytes <= 700000
$$;

-- Reads the text of a document into words, page by page. At most 20,000 different words of one document are found.
create or replace function renew_document_words(of_blob uuid) returns void language plpgsql as $$
declare
  of_language text;
  of_organization uuid;
begin
  select organization.id, search_language(organization.settings) into of_organization, of_language
  from blob join organization on organization.id = blob.organization_id where blob.id = of_blob;
  if of_organization is null then return; end if;
  delete from document_page_words where blob_id = of_blob;
  insert into document_page_words (blob_id, number, organization_id, words)
  select blob_id, number, organization_id,
    array_to_tsvector(words_that_fit(lexemes_of((words_of(content))[1:8000], of_language)))
  from document_text where blob_id = of_blob;
  insert into document_words (blob_id, organization_id, language, words)
  select of_blob, of_organization, of_language, array_to_tsvector(words_that_fit(array_agg(lexeme)))
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
