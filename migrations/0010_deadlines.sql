-- +goose Up
-- What an office settles about deadlines, and how colleagues hear of them.
-- Rules are data of the program; here is which of them an administrator has
-- held against their source. Outside this file a rule is known by deadline.Rule.ID.

CREATE TABLE office_rule (
	rule        TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL,
	at          TEXT NOT NULL
);

CREATE TABLE office_holiday (
	day   TEXT PRIMARY KEY,
	name  TEXT NOT NULL
);

CREATE TABLE office_setting (
	name   TEXT PRIMARY KEY,
	value  TEXT NOT NULL
);

-- How an account is told of its deadlines: 'daily' by mail, or 'never'.
ALTER TABLE account ADD COLUMN notices TEXT NOT NULL DEFAULT 'daily';

-- Notices on their way: a count each, no name and no ref. One a day for an
-- account, kept for a month after it is done with so that none goes out twice.
CREATE TABLE account_notice (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES account (id),
	day         TEXT NOT NULL,
	due         INTEGER NOT NULL,
	overdue     INTEGER NOT NULL,
	made_at     TEXT NOT NULL,
	tries       INTEGER NOT NULL,
	next_at     TEXT NOT NULL,
	handed_at   TEXT NOT NULL,
	done_at     TEXT NOT NULL,
	UNIQUE (account_id, day)
);
CREATE INDEX account_notice_next ON account_notice (done_at, next_at);

-- The address of an account's calendar feed; its secret is kept as its SHA-256.
CREATE TABLE account_calendar (
	account_id  TEXT PRIMARY KEY REFERENCES account (id),
	hash        TEXT NOT NULL UNIQUE,
	made_at     TEXT NOT NULL
);

-- +goose Down
DROP TABLE account_calendar;
DROP TABLE account_notice;
ALTER TABLE account DROP COLUMN notices;
DROP TABLE office_setting;
DROP TABLE office_holiday;
DROP TABLE office_rule;
