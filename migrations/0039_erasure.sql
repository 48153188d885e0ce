-- +goose Up
-- What is to be erased until a second person agrees, and then the certificate of
-- it: ids, numbers and hashes, no word of what was erased. files are hashes of
-- files that are still to be taken away.
CREATE TABLE erasure (
  record_id   TEXT PRIMARY KEY,
  asked_by    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  also        TEXT NOT NULL DEFAULT '',
  histories   TEXT NOT NULL DEFAULT '',
  backups_until TEXT NOT NULL DEFAULT '',
  by_id       TEXT NOT NULL,
  at          TEXT NOT NULL,
  second_id   TEXT NOT NULL DEFAULT '',
  erased_at   TEXT NOT NULL DEFAULT '',
  cleaned_at  TEXT NOT NULL DEFAULT '',
  told        TEXT NOT NULL DEFAULT '',
  before_n    BIGINT NOT NULL DEFAULT 0,
  before_hash TEXT NOT NULL DEFAULT '',
  after_n     BIGINT NOT NULL DEFAULT 0,
  after_hash  TEXT NOT NULL DEFAULT '',
  files       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX erasure_waits ON erasure (erased_at, at);

-- Every record that went, with the one that was asked for.
CREATE TABLE erased (
  record_id TEXT PRIMARY KEY,
  by_record TEXT NOT NULL
);

-- +goose Down
DROP TABLE erased; DROP TABLE erasure;
