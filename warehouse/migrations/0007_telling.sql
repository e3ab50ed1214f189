-- A copy is found through its origin; its own telling terms are kept for the day it stands alone.

ALTER TABLE core.fingerprints ADD COLUMN telling BIGINT[];
COMMENT ON COLUMN core.fingerprints.telling IS 'of an article that came as a copy: its telling terms, for the day it stands alone; NULL for the rest';
