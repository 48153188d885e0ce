-- +goose Up
-- Who approves in somebody's place from one day to another.
CREATE TABLE account_deputy (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL, deputy_id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL, ended_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX account_deputy_of ON account_deputy (deputy_id, until_day);

-- +goose Down
DROP TABLE account_deputy;
