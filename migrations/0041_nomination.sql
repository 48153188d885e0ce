-- +goose Up
-- Who is to become an administrator, until another administrator agrees or not.
CREATE TABLE account_nomination (
	account_id  TEXT PRIMARY KEY REFERENCES account (id),
	by_id       TEXT NOT NULL REFERENCES account (id),
	at          TEXT NOT NULL,
	ends        TEXT NOT NULL
);

-- +goose Down
DROP TABLE account_nomination;
