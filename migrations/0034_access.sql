-- +goose Up
-- What must be passed to see a record: '' nothing but to be a colleague, the id
-- of its case where that is restricted to named people, its own id where it is
-- closed by itself. A pass lets one account through until a moment.
CREATE TABLE pass (
  account_id TEXT NOT NULL,
  gate       TEXT NOT NULL,
  origin     TEXT NOT NULL,
  until      TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',
  by_id      TEXT NOT NULL DEFAULT '',
  at         TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, gate, origin)
);
CREATE INDEX pass_gate ON pass (gate);
INSERT INTO pass (account_id, gate, origin, until) SELECT account_id, case_id, 'team', '9999' FROM member;
DROP TABLE member;

ALTER TABLE head ADD COLUMN gate TEXT NOT NULL DEFAULT '';
UPDATE head SET gate = case_id WHERE restricted = 1;
UPDATE head SET sensitivity = 'restricted' WHERE kind = 'case' AND restricted = 1;
ALTER TABLE head DROP COLUMN restricted;

-- Who somebody under a code name is: the fields that the seal took out of the record.
CREATE TABLE identity (
  record_id TEXT PRIMARY KEY,
  fields    TEXT NOT NULL
);

-- What one colleague wants more people to see, until another agrees or not.
CREATE TABLE widening (
  record_id TEXT PRIMARY KEY,
  level     TEXT NOT NULL,
  reason    TEXT NOT NULL,
  by_id     TEXT NOT NULL,
  at        TEXT NOT NULL
);

-- +goose Down
DROP TABLE widening;
DROP TABLE identity;
ALTER TABLE head ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;
UPDATE head SET restricted = 1 WHERE gate <> '';
ALTER TABLE head DROP COLUMN gate;
CREATE TABLE member (
  case_id    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (account_id, case_id)
);
CREATE INDEX member_case ON member (case_id);
INSERT INTO member (case_id, account_id) SELECT gate, account_id FROM pass WHERE origin = 'team';
DROP TABLE pass;
