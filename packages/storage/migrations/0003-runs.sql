-- Updates after the base that became one: positions `first` to `last`. They lie between the base and `updates`.
-- Rows may be large: so they have a rowid.
CREATE TABLE runs (
  room INTEGER NOT NULL REFERENCES rooms,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (room, first)
) STRICT;

-- The newest updates of all rooms, in the order of their commits, until they are moved into `updates`. A commit writes
-- whole pages: here the updates of many rooms share one, in `updates` each room has its own. Never long, and empty
-- while nobody uses the database.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  room INTEGER NOT NULL,
  position INTEGER NOT NULL,
  author INTEGER NOT NULL,
  time INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- What was committed and is not folded yet.
CREATE VIEW tail AS
  SELECT room, position, author, time, bytes FROM updates
  UNION ALL
  SELECT room, position, author, time, bytes FROM journal;
