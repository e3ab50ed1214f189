-- A page either came, and its place in the archive is whole, or it did not, and the cause is there.
SELECT page_id, cause, warc_file, warc_offset, warc_length
FROM core.pages
WHERE (warc_file IS NULL) = (cause IS NULL) OR (warc_file IS NOT NULL AND (warc_offset IS NULL OR coalesce(warc_length, 0) <= 0))
