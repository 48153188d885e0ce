-- +goose Up
-- What the figures of a frozen month counted: they are counted from these rows for good.
CREATE TABLE month_row (
  month TEXT NOT NULL, figure TEXT NOT NULL, record_id TEXT NOT NULL, one TEXT NOT NULL, country TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', bodies TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (month, figure, record_id)
);

-- +goose Down
DROP TABLE month_row;
