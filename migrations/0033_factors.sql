-- +goose Up
-- What an account shows beside its password: codes of an authenticator, whose
-- seed is encrypted and bound to its account, and passkeys. The last step that a
-- code was taken for keeps each code from being taken twice.
CREATE TABLE account_totp (
	account_id  TEXT PRIMARY KEY REFERENCES account (id),
	seed        TEXT NOT NULL,
	last_step   BIGINT NOT NULL,
	made_at     TEXT NOT NULL
);
CREATE TABLE account_passkey (
	id          TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES account (id),
	handle      TEXT NOT NULL UNIQUE,
	name        TEXT NOT NULL,
	credential  TEXT NOT NULL,
	made_at     TEXT NOT NULL,
	used_at     TEXT NOT NULL
);
CREATE INDEX account_passkey_account ON account_passkey (account_id);

-- What a passkey is asked to sign, once and for a few minutes.
CREATE TABLE account_challenge (
	hash        TEXT PRIMARY KEY,
	asked       TEXT NOT NULL,
	ends        TEXT NOT NULL
);
CREATE INDEX account_challenge_ends ON account_challenge (ends);

-- Codes for who has lost the rest; only their hashes, each good once.
CREATE TABLE account_recovery (
	hash        TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES account (id),
	used_at     TEXT NOT NULL
);
CREATE INDEX account_recovery_account ON account_recovery (account_id);

-- An account whose factor was taken away has to set up another; what happened to
-- it since alert_since it has not been told; '' for nothing.
ALTER TABLE account ADD COLUMN must_enrol INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN alert_since TEXT NOT NULL DEFAULT '';

-- How far a sign-in has come: '' whole, 'second' or 'enrol' not yet.
ALTER TABLE account_session ADD COLUMN stage TEXT NOT NULL DEFAULT '';

-- 'security' for what happened to the account itself; its day is a minute, its
-- count in due.
ALTER TABLE account_notice ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE account_notice DROP COLUMN kind;
ALTER TABLE account_session DROP COLUMN stage;
ALTER TABLE account DROP COLUMN alert_since;
ALTER TABLE account DROP COLUMN must_enrol;
DROP TABLE account_recovery;
DROP TABLE account_challenge;
DROP TABLE account_passkey;
DROP TABLE account_totp;
