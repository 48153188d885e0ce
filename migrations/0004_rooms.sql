-- +goose Up
CREATE TABLE casefile (
  id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', alias TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '', topics TEXT NOT NULL DEFAULT '', lead TEXT NOT NULL DEFAULT '', team TEXT NOT NULL DEFAULT '',
  access TEXT NOT NULL DEFAULT 'staff', priority TEXT NOT NULL DEFAULT 'normal', risk TEXT NOT NULL DEFAULT '',
  review_on TEXT NOT NULL DEFAULT '', review_on_words TEXT NOT NULL DEFAULT '', review_on_earliest TEXT NOT NULL DEFAULT '', review_on_latest TEXT NOT NULL DEFAULT '', review_on_clock TEXT NOT NULL DEFAULT '',
  opened_on TEXT NOT NULL DEFAULT '', opened_on_words TEXT NOT NULL DEFAULT '', opened_on_earliest TEXT NOT NULL DEFAULT '', opened_on_latest TEXT NOT NULL DEFAULT '', opened_on_clock TEXT NOT NULL DEFAULT '',
  closed_on TEXT NOT NULL DEFAULT '', closed_on_words TEXT NOT NULL DEFAULT '', closed_on_earliest TEXT NOT NULL DEFAULT '', closed_on_latest TEXT NOT NULL DEFAULT '', closed_on_clock TEXT NOT NULL DEFAULT '',
  closing_reason TEXT NOT NULL DEFAULT '', retention TEXT NOT NULL DEFAULT '',
  wake_on TEXT NOT NULL DEFAULT '', wake_on_words TEXT NOT NULL DEFAULT '', wake_on_earliest TEXT NOT NULL DEFAULT '', wake_on_latest TEXT NOT NULL DEFAULT '', wake_on_clock TEXT NOT NULL DEFAULT '',
  family_told TEXT NOT NULL DEFAULT ''
);
CREATE INDEX casefile_country ON casefile (country);

CREATE TABLE person (
  id TEXT PRIMARY KEY, names TEXT NOT NULL DEFAULT '', placeholder TEXT NOT NULL DEFAULT '', "group" INTEGER NOT NULL DEFAULT 0,
  father TEXT NOT NULL DEFAULT '', mother TEXT NOT NULL DEFAULT '',
  born TEXT NOT NULL DEFAULT '', born_words TEXT NOT NULL DEFAULT '', born_earliest TEXT NOT NULL DEFAULT '', born_latest TEXT NOT NULL DEFAULT '', born_clock TEXT NOT NULL DEFAULT '',
  died TEXT NOT NULL DEFAULT '', died_words TEXT NOT NULL DEFAULT '', died_earliest TEXT NOT NULL DEFAULT '', died_latest TEXT NOT NULL DEFAULT '', died_clock TEXT NOT NULL DEFAULT '',
  age DOUBLE PRECISION,
  age_on TEXT NOT NULL DEFAULT '', age_on_words TEXT NOT NULL DEFAULT '', age_on_earliest TEXT NOT NULL DEFAULT '', age_on_latest TEXT NOT NULL DEFAULT '', age_on_clock TEXT NOT NULL DEFAULT '',
  sex TEXT NOT NULL DEFAULT '', nationalities TEXT NOT NULL DEFAULT '', occupations TEXT NOT NULL DEFAULT '', id_documents TEXT NOT NULL DEFAULT '',
  flags TEXT NOT NULL DEFAULT '', consent_told TEXT NOT NULL DEFAULT '', relations TEXT NOT NULL DEFAULT '', roles TEXT NOT NULL DEFAULT '', labels TEXT NOT NULL DEFAULT '',
  contacts TEXT NOT NULL DEFAULT '', calls TEXT NOT NULL DEFAULT '',
  name_latn TEXT NOT NULL DEFAULT '', name_arab TEXT NOT NULL DEFAULT '', name_cyrl TEXT NOT NULL DEFAULT '', other_names TEXT NOT NULL DEFAULT ''
);

CREATE TABLE detention (
  id TEXT PRIMARY KEY, person TEXT NOT NULL DEFAULT '', taken_by TEXT NOT NULL DEFAULT '', taken_at TEXT NOT NULL DEFAULT '', ordered_by TEXT NOT NULL DEFAULT '',
  warrant_shown TEXT NOT NULL DEFAULT '', reason_given TEXT NOT NULL DEFAULT '', charges TEXT NOT NULL DEFAULT '', legal_status TEXT NOT NULL DEFAULT '',
  remand_until TEXT NOT NULL DEFAULT '', remand_until_words TEXT NOT NULL DEFAULT '', remand_until_earliest TEXT NOT NULL DEFAULT '', remand_until_latest TEXT NOT NULL DEFAULT '', remand_until_clock TEXT NOT NULL DEFAULT '',
  sentence_until TEXT NOT NULL DEFAULT '', sentence_until_words TEXT NOT NULL DEFAULT '', sentence_until_earliest TEXT NOT NULL DEFAULT '', sentence_until_latest TEXT NOT NULL DEFAULT '', sentence_until_clock TEXT NOT NULL DEFAULT '',
  arbitrariness TEXT NOT NULL DEFAULT '', remedies TEXT NOT NULL DEFAULT '', steps TEXT NOT NULL DEFAULT ''
);

CREATE TABLE custody (
  detention_id TEXT PRIMARY KEY, person_id TEXT NOT NULL, case_id TEXT NOT NULL, latest INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL, in_custody INTEGER NOT NULL,
  since TEXT NOT NULL DEFAULT '', since_earliest TEXT NOT NULL DEFAULT '', since_latest TEXT NOT NULL DEFAULT '',
  taken TEXT NOT NULL DEFAULT '', taken_earliest TEXT NOT NULL DEFAULT '', taken_latest TEXT NOT NULL DEFAULT '',
  ended TEXT NOT NULL DEFAULT '', place_ids TEXT NOT NULL DEFAULT '', by_id TEXT NOT NULL DEFAULT '',
  last_confirmed TEXT NOT NULL DEFAULT '', stale_on TEXT NOT NULL DEFAULT '',
  next_day TEXT NOT NULL DEFAULT '', next_clock TEXT NOT NULL DEFAULT '', next_step TEXT NOT NULL DEFAULT ''
);
CREATE INDEX custody_person ON custody (person_id, latest);
CREATE INDEX custody_case ON custody (case_id, latest, in_custody);
CREATE INDEX custody_state ON custody (latest, state);
CREATE INDEX custody_stale ON custody (in_custody, stale_on);
CREATE INDEX custody_next ON custody (next_day);

CREATE TABLE custody_place (
  detention_id TEXT NOT NULL, place_id TEXT NOT NULL, PRIMARY KEY (place_id, detention_id)
);
CREATE INDEX custody_place_detention ON custody_place (detention_id);

CREATE TABLE custody_period (
  detention_id TEXT NOT NULL, n INTEGER NOT NULL, from_day TEXT NOT NULL, from_earliest TEXT NOT NULL DEFAULT '', to_day TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL, in_custody INTEGER NOT NULL, place_ids TEXT NOT NULL DEFAULT '', by_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (detention_id, n)
);
CREATE INDEX custody_period_day ON custody_period (from_day, to_day);

CREATE TABLE organization (
  id TEXT PRIMARY KEY, names TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT '',
  relations TEXT NOT NULL DEFAULT '',
  founded TEXT NOT NULL DEFAULT '', founded_words TEXT NOT NULL DEFAULT '', founded_earliest TEXT NOT NULL DEFAULT '', founded_latest TEXT NOT NULL DEFAULT '', founded_clock TEXT NOT NULL DEFAULT '',
  dissolved TEXT NOT NULL DEFAULT '', dissolved_words TEXT NOT NULL DEFAULT '', dissolved_earliest TEXT NOT NULL DEFAULT '', dissolved_latest TEXT NOT NULL DEFAULT '', dissolved_clock TEXT NOT NULL DEFAULT '',
  dissolved_why TEXT NOT NULL DEFAULT '', channels TEXT NOT NULL DEFAULT '', languages TEXT NOT NULL DEFAULT '', unchecked INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE place (
  id TEXT PRIMARY KEY, names TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '', inside TEXT NOT NULL DEFAULT '',
  lat DOUBLE PRECISION, lon DOUBLE PRECISION, "precision" TEXT NOT NULL DEFAULT '', run_by TEXT NOT NULL DEFAULT '', controlled_by TEXT NOT NULL DEFAULT '',
  facility_type TEXT NOT NULL DEFAULT '', unchecked INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE evidence (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', issuer TEXT NOT NULL DEFAULT '',
  published TEXT NOT NULL DEFAULT '', published_words TEXT NOT NULL DEFAULT '', published_earliest TEXT NOT NULL DEFAULT '', published_latest TEXT NOT NULL DEFAULT '', published_clock TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '', quality TEXT NOT NULL DEFAULT ''
);

CREATE TABLE task (
  id TEXT PRIMARY KEY, text TEXT NOT NULL DEFAULT '',
  due TEXT NOT NULL DEFAULT '', due_words TEXT NOT NULL DEFAULT '', due_earliest TEXT NOT NULL DEFAULT '', due_latest TEXT NOT NULL DEFAULT '', due_clock TEXT NOT NULL DEFAULT '',
  assignee TEXT NOT NULL DEFAULT '', about TEXT NOT NULL DEFAULT ''
);
CREATE INDEX task_assignee ON task (assignee);

CREATE TABLE citation (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  field TEXT NOT NULL DEFAULT '', says TEXT NOT NULL DEFAULT '', speaker TEXT NOT NULL DEFAULT '', via TEXT NOT NULL DEFAULT '',
  document TEXT NOT NULL DEFAULT '', locator TEXT NOT NULL DEFAULT '', quote TEXT NOT NULL DEFAULT '', basis TEXT NOT NULL DEFAULT '',
  reliability TEXT NOT NULL DEFAULT '', credibility TEXT NOT NULL DEFAULT '', origin TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX citation_record ON citation (record_id);

CREATE TABLE choice (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  field TEXT NOT NULL DEFAULT '', says TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX choice_record ON choice (record_id);

CREATE TABLE note (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX note_record ON note (record_id);

CREATE TABLE tally (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  unit TEXT NOT NULL DEFAULT '', qualifier TEXT NOT NULL DEFAULT '', n DOUBLE PRECISION, n_max DOUBLE PRECISION, basis TEXT NOT NULL DEFAULT '',
  as_of TEXT NOT NULL DEFAULT '', as_of_words TEXT NOT NULL DEFAULT '', as_of_earliest TEXT NOT NULL DEFAULT '', as_of_latest TEXT NOT NULL DEFAULT '', as_of_clock TEXT NOT NULL DEFAULT '',
  since TEXT NOT NULL DEFAULT '', since_words TEXT NOT NULL DEFAULT '', since_earliest TEXT NOT NULL DEFAULT '', since_latest TEXT NOT NULL DEFAULT '', since_clock TEXT NOT NULL DEFAULT '',
  counted_by TEXT NOT NULL DEFAULT '', citation TEXT NOT NULL DEFAULT ''
);
CREATE INDEX tally_record ON tally (record_id);

CREATE TABLE draft (
  account_id TEXT NOT NULL, name TEXT NOT NULL, fields TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (account_id, name)
);

-- +goose Down
DROP TABLE draft; DROP TABLE tally; DROP TABLE note; DROP TABLE choice; DROP TABLE citation; DROP TABLE task; DROP TABLE evidence; DROP TABLE place;
DROP TABLE organization; DROP TABLE custody_period; DROP TABLE custody_place; DROP TABLE custody; DROP TABLE detention; DROP TABLE person; DROP TABLE casefile;
