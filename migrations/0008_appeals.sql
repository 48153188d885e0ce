-- +goose Up
CREATE TABLE appeal (
  id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', "by" TEXT NOT NULL DEFAULT '', submitters TEXT NOT NULL DEFAULT '',
  dated TEXT NOT NULL DEFAULT '', dated_words TEXT NOT NULL DEFAULT '', dated_earliest TEXT NOT NULL DEFAULT '', dated_latest TEXT NOT NULL DEFAULT '', dated_clock TEXT NOT NULL DEFAULT '',
  persons TEXT NOT NULL DEFAULT '', addressees TEXT NOT NULL DEFAULT '', texts TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '', signatories TEXT NOT NULL DEFAULT '', signatory_count TEXT NOT NULL DEFAULT '', submitted_by TEXT NOT NULL DEFAULT '', same_matter_elsewhere TEXT NOT NULL DEFAULT '', attachments TEXT NOT NULL DEFAULT '', follows TEXT NOT NULL DEFAULT '', assignee TEXT NOT NULL DEFAULT '',
  send_by TEXT NOT NULL DEFAULT '', send_by_words TEXT NOT NULL DEFAULT '', send_by_earliest TEXT NOT NULL DEFAULT '', send_by_latest TEXT NOT NULL DEFAULT '', send_by_clock TEXT NOT NULL DEFAULT '',
  log TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '', told TEXT NOT NULL DEFAULT '', urgency TEXT NOT NULL DEFAULT '', text_hash TEXT NOT NULL DEFAULT '', authors TEXT NOT NULL DEFAULT '', second_reader TEXT NOT NULL DEFAULT ''
);
CREATE INDEX appeal_assignee ON appeal (assignee);

CREATE TABLE demand (
  id TEXT PRIMARY KEY, number TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', appeal TEXT NOT NULL DEFAULT '', demanded_by TEXT NOT NULL DEFAULT '', targets TEXT NOT NULL DEFAULT '', target_unspecified INTEGER NOT NULL DEFAULT 0,
  beneficiaries TEXT NOT NULL DEFAULT '',
  due TEXT NOT NULL DEFAULT '', due_words TEXT NOT NULL DEFAULT '', due_earliest TEXT NOT NULL DEFAULT '', due_latest TEXT NOT NULL DEFAULT '', due_clock TEXT NOT NULL DEFAULT '',
  indicator TEXT NOT NULL DEFAULT '', parent TEXT NOT NULL DEFAULT '', assessments TEXT NOT NULL DEFAULT ''
);
CREATE INDEX demand_appeal ON demand (appeal);

CREATE TABLE response (
  id TEXT PRIMARY KEY, "from" TEXT NOT NULL DEFAULT '', appeal TEXT NOT NULL DEFAULT '', demand TEXT NOT NULL DEFAULT '',
  date TEXT NOT NULL DEFAULT '', date_words TEXT NOT NULL DEFAULT '', date_earliest TEXT NOT NULL DEFAULT '', date_latest TEXT NOT NULL DEFAULT '', date_clock TEXT NOT NULL DEFAULT '',
  form TEXT NOT NULL DEFAULT '', stance TEXT NOT NULL DEFAULT '', answers TEXT NOT NULL DEFAULT '', stands TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '', document TEXT NOT NULL DEFAULT ''
);
CREATE INDEX response_appeal ON response (appeal);

CREATE TABLE consent (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  given_by TEXT NOT NULL DEFAULT '', "as" TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',
  date TEXT NOT NULL DEFAULT '', date_words TEXT NOT NULL DEFAULT '', date_earliest TEXT NOT NULL DEFAULT '', date_latest TEXT NOT NULL DEFAULT '', date_clock TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '', method TEXT NOT NULL DEFAULT '', explained TEXT NOT NULL DEFAULT '', scopes TEXT NOT NULL DEFAULT '',
  until TEXT NOT NULL DEFAULT '', until_words TEXT NOT NULL DEFAULT '', until_earliest TEXT NOT NULL DEFAULT '', until_latest TEXT NOT NULL DEFAULT '', until_clock TEXT NOT NULL DEFAULT '',
  withdrawn TEXT NOT NULL DEFAULT ''
);
CREATE INDEX consent_record ON consent (record_id);

CREATE TABLE appeal_comment (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, annulled TEXT NOT NULL DEFAULT '',
  lang TEXT NOT NULL DEFAULT '', passage TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '', settled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX appeal_comment_record ON appeal_comment (record_id);

-- What was under review each time: the second round shows only what changed.
CREATE TABLE appeal_round (
  appeal_id TEXT NOT NULL, n INTEGER NOT NULL, at TEXT NOT NULL, by_id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (appeal_id, n)
);

-- The rest is computed from records and can be made anew: for lists, boards and figures.
CREATE TABLE appeal_line (
  appeal_id TEXT PRIMARY KEY, addressees TEXT NOT NULL DEFAULT '', sent TEXT NOT NULL DEFAULT '', sent_earliest TEXT NOT NULL DEFAULT '', sent_to INTEGER NOT NULL DEFAULT 0, written_to INTEGER NOT NULL DEFAULT 0,
  demands INTEGER NOT NULL DEFAULT 0, met INTEGER NOT NULL DEFAULT 0, partly INTEGER NOT NULL DEFAULT 0, answered INTEGER NOT NULL DEFAULT 0,
  due TEXT NOT NULL DEFAULT '', waits_since TEXT NOT NULL DEFAULT '', unread_until TEXT NOT NULL DEFAULT ''
);
CREATE INDEX appeal_line_due ON appeal_line (due);

CREATE TABLE demand_line (
  demand_id TEXT PRIMARY KEY, appeal_id TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT '', year TEXT NOT NULL DEFAULT '', asked_on TEXT NOT NULL DEFAULT '', due TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '', asked INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0, answered_on TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '', outcome_on TEXT NOT NULL DEFAULT '', grade TEXT NOT NULL DEFAULT '', proposal TEXT NOT NULL DEFAULT ''
);
CREATE INDEX demand_line_appeal ON demand_line (appeal_id);
CREATE INDEX demand_line_proposal ON demand_line (proposal, due);
CREATE INDEX demand_line_year ON demand_line (year, country, kind);

CREATE TABLE demand_target (
  demand_id TEXT NOT NULL, target_id TEXT NOT NULL, PRIMARY KEY (target_id, demand_id)
);
CREATE INDEX demand_target_demand ON demand_target (demand_id);

CREATE TABLE deadline (
  id TEXT PRIMARY KEY, about_id TEXT NOT NULL, case_id TEXT NOT NULL DEFAULT '', rule TEXT NOT NULL,
  trigger_earliest TEXT NOT NULL DEFAULT '', trigger_latest TEXT NOT NULL DEFAULT '', due TEXT NOT NULL DEFAULT '', owes TEXT NOT NULL DEFAULT '', estimated INTEGER NOT NULL DEFAULT 0, extended INTEGER NOT NULL DEFAULT 0, met_on TEXT NOT NULL DEFAULT ''
);
CREATE INDEX deadline_about ON deadline (about_id);
CREATE INDEX deadline_due ON deadline (met_on, due);

-- Texts of the office for appeals of a kind in a language.
CREATE TABLE appeal_template (
  kind TEXT NOT NULL, lang TEXT NOT NULL, body TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL, PRIMARY KEY (kind, lang)
);

-- Figures of a month as they stood on the day they were frozen.
CREATE TABLE month_report (
  month TEXT PRIMARY KEY, frozen_at TEXT NOT NULL, frozen_by TEXT NOT NULL, figures TEXT NOT NULL
);

-- +goose Down
DROP TABLE month_report; DROP TABLE appeal_template; DROP TABLE deadline; DROP TABLE demand_target; DROP TABLE demand_line; DROP TABLE appeal_line; DROP TABLE appeal_round;
DROP TABLE appeal_comment; DROP TABLE consent; DROP TABLE response; DROP TABLE demand; DROP TABLE appeal;
