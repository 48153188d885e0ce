-- +goose Up
-- The index of names is one tree: not a table beside it, and none by record,
-- since the keys of a record follow from its names.
ALTER TABLE name_key RENAME TO name_key_old;
CREATE TABLE name_key (
  name_key  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (name_key, kind, record_id)
) WITHOUT ROWID;
INSERT INTO name_key SELECT name_key, kind, record_id FROM name_key_old ORDER BY 1, 2, 3;
DROP TABLE name_key_old;

-- +goose Down
ALTER TABLE name_key RENAME TO name_key_old;
CREATE TABLE name_key (
  name_key  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (name_key, kind, record_id)
);
INSERT INTO name_key SELECT name_key, kind, record_id FROM name_key_old;
DROP TABLE name_key_old;
CREATE INDEX name_key_record ON name_key (record_id);
