-- Names are kept once; rows carry small numbers.
CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE authors (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- The tail of each room: what came after its base. Rows are small, always read in this order, and leave soon:
-- so they lie in their primary key.
CREATE TABLE updates (
  room INTEGER NOT NULL REFERENCES rooms,
  position INTEGER NOT NULL,
  author INTEGER NOT NULL REFERENCES authors,
  time INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (room, position)
) STRICT, WITHOUT ROWID;

-- One base per room. `state` is the large one and comes last, so that reading the others does not walk through it.
CREATE TABLE bases (
  room INTEGER PRIMARY KEY REFERENCES rooms,
  position INTEGER NOT NULL,
  vector BLOB NOT NULL,
  deletes BLOB NOT NULL,
  state BLOB NOT NULL
) STRICT;

-- What bases cover: one row is what one author wrote at one sitting, positions `first` to `last`, between the
-- times `since` and `until`. Rows may be large: so they have a rowid.
CREATE TABLE history (
  room INTEGER NOT NULL REFERENCES rooms,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  author INTEGER NOT NULL REFERENCES authors,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (room, first)
) STRICT;

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  epoch TEXT NOT NULL,
  title TEXT NOT NULL,
  created INTEGER NOT NULL,
  edited INTEGER NOT NULL,
  position INTEGER NOT NULL,
  deleted INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX documents_by_owner ON documents (owner, edited DESC, id) WHERE deleted IS NULL;

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  color INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row, rewritten to prove that writing works.
CREATE TABLE pulse (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  beat INTEGER NOT NULL
) STRICT;

INSERT INTO pulse VALUES (1, 0);
