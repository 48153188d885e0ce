-- +goose Up
-- Accounts, their sessions, links and tokens, the slowing of guesses and the
-- log of security events. Moments are RFC 3339 in UTC with milliseconds, so
-- that they sort as text; '' is "never". What opens something is kept as its
-- SHA-256 only.

CREATE TABLE account (
	id            TEXT PRIMARY KEY,
	email         TEXT NOT NULL UNIQUE,
	name          TEXT NOT NULL,
	roles         TEXT NOT NULL,
	may_approve   INTEGER NOT NULL,
	language      TEXT NOT NULL,
	password      TEXT NOT NULL,
	disabled_at   TEXT NOT NULL,
	signed_in_at  TEXT NOT NULL,
	created_at    TEXT NOT NULL
);

CREATE TABLE account_session (
	hash        TEXT PRIMARY KEY,
	id          TEXT NOT NULL UNIQUE,
	account_id  TEXT NOT NULL REFERENCES account (id),
	agent       TEXT NOT NULL,
	created_at  TEXT NOT NULL,
	seen_at     TEXT NOT NULL,
	proved_at   TEXT NOT NULL,
	idle_ends   TEXT NOT NULL,
	ends        TEXT NOT NULL
);
CREATE INDEX account_session_account ON account_session (account_id);
CREATE INDEX account_session_idle_ends ON account_session (idle_ends);

CREATE TABLE account_session_value (
	session_id  TEXT NOT NULL REFERENCES account_session (id) ON DELETE CASCADE,
	name        TEXT NOT NULL,
	value       TEXT NOT NULL,
	PRIMARY KEY (session_id, name)
);

CREATE TABLE account_link (
	hash        TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,
	account_id  TEXT NOT NULL,
	made_by     TEXT NOT NULL,
	created_at  TEXT NOT NULL,
	ends        TEXT NOT NULL,
	used_at     TEXT NOT NULL
);
CREATE INDEX account_link_account ON account_link (account_id);

CREATE TABLE account_token (
	id          TEXT PRIMARY KEY,
	hash        TEXT NOT NULL UNIQUE,
	account_id  TEXT NOT NULL REFERENCES account (id),
	label       TEXT NOT NULL,
	created_at  TEXT NOT NULL,
	ends        TEXT NOT NULL,
	used_at     TEXT NOT NULL,
	revoked_at  TEXT NOT NULL
);
CREATE INDEX account_token_account ON account_token (account_id);

CREATE TABLE account_device (
	hash        TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES account (id),
	ends        TEXT NOT NULL
);
CREATE INDEX account_device_account ON account_device (account_id);

CREATE TABLE account_guess (
	subject     TEXT PRIMARY KEY,
	failures    INTEGER NOT NULL,
	last_at     TEXT NOT NULL,
	free_at     TEXT NOT NULL
);
CREATE INDEX account_guess_last_at ON account_guess (last_at);

CREATE TABLE account_event (
	id          TEXT PRIMARY KEY,
	at          TEXT NOT NULL,
	kind        TEXT NOT NULL,
	account_id  TEXT NOT NULL,
	actor_id    TEXT NOT NULL,
	subject_id  TEXT NOT NULL,
	count       INTEGER NOT NULL
);
CREATE INDEX account_event_at ON account_event (at);
CREATE INDEX account_event_account ON account_event (account_id, at);

-- +goose Down
DROP TABLE account_event;
DROP TABLE account_guess;
DROP TABLE account_device;
DROP TABLE account_token;
DROP TABLE account_link;
DROP TABLE account_session_value;
DROP TABLE account_session;
DROP TABLE account;
