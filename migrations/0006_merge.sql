-- +goose Up
-- One record taken into another: what moved and what was there before, so that
-- it can be taken back.
CREATE TABLE merging (
  id        TEXT PRIMARY KEY,
  kind      TEXT NOT NULL,
  kept_id   TEXT NOT NULL,
  gone_id   TEXT NOT NULL,
  at        TEXT NOT NULL,
  by_id     TEXT NOT NULL,
  reason    TEXT NOT NULL,
  moved     TEXT NOT NULL,
  undone_at TEXT NOT NULL DEFAULT '',
  undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX merging_gone ON merging (gone_id, undone_at);
CREATE INDEX head_merged ON head (merged_into);

-- Pairs whose names are alike enough to ask, and pairs of which somebody said
-- that they are two. a_id is the lesser of both ids.
CREATE TABLE likely_pair (
  a_id  TEXT NOT NULL,
  b_id  TEXT NOT NULL,
  kind  TEXT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (a_id, b_id)
);
CREATE INDEX likely_pair_best ON likely_pair (kind, score, a_id, b_id);
CREATE INDEX likely_pair_other ON likely_pair (b_id);

CREATE TABLE not_same (
  a_id  TEXT NOT NULL,
  b_id  TEXT NOT NULL,
  at    TEXT NOT NULL,
  by_id TEXT NOT NULL,
  note  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (a_id, b_id)
);

-- +goose Down
DROP TABLE not_same; DROP TABLE likely_pair; DROP INDEX head_merged; DROP TABLE merging;
