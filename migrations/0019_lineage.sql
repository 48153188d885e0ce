-- +goose Up
-- A file made from another: from which, what was done, by whom, with what, when.
-- metadata is what a picture tells beside what it shows.
ALTER TABLE evidence ADD COLUMN derived_from TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_how TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_with TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_on TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_on_words TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_on_earliest TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_on_latest TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN derived_on_clock TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN metadata TEXT NOT NULL DEFAULT '';

-- How each file was found when all were last read and compared.
CREATE TABLE file_check (
  sha256     TEXT PRIMARY KEY,
  state      TEXT NOT NULL,
  checked_at TEXT NOT NULL
);
CREATE INDEX file_check_state ON file_check (state);

-- +goose Down
DROP TABLE file_check;
ALTER TABLE evidence DROP COLUMN metadata;
ALTER TABLE evidence DROP COLUMN derived_on_clock;
ALTER TABLE evidence DROP COLUMN derived_on_latest;
ALTER TABLE evidence DROP COLUMN derived_on_earliest;
ALTER TABLE evidence DROP COLUMN derived_on_words;
ALTER TABLE evidence DROP COLUMN derived_on;
ALTER TABLE evidence DROP COLUMN derived_with;
ALTER TABLE evidence DROP COLUMN derived_by;
ALTER TABLE evidence DROP COLUMN derived_how;
ALTER TABLE evidence DROP COLUMN derived_from;
