-- +goose Up
-- What a file is; its bytes lie in the folder of files, under a name made from sha256.
ALTER TABLE evidence ADD COLUMN received_at TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_at_words TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_at_earliest TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_at_latest TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_at_clock TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_from TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN collected_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN media_type TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN size DOUBLE PRECISION;
ALTER TABLE evidence ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
CREATE INDEX evidence_sha256 ON evidence (sha256);

-- +goose Down
DROP INDEX evidence_sha256;
ALTER TABLE evidence DROP COLUMN sha256;
ALTER TABLE evidence DROP COLUMN size;
ALTER TABLE evidence DROP COLUMN media_type;
ALTER TABLE evidence DROP COLUMN file_name;
ALTER TABLE evidence DROP COLUMN method;
ALTER TABLE evidence DROP COLUMN collected_by;
ALTER TABLE evidence DROP COLUMN received_from;
ALTER TABLE evidence DROP COLUMN received_at_clock;
ALTER TABLE evidence DROP COLUMN received_at_latest;
ALTER TABLE evidence DROP COLUMN received_at_earliest;
ALTER TABLE evidence DROP COLUMN received_at_words;
ALTER TABLE evidence DROP COLUMN received_at;
