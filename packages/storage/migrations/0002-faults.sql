-- Where the structs of a base stand. NULL in bases made before this: then it is worked out when a room loads.
ALTER TABLE bases ADD COLUMN places BLOB;

-- The newest page schema that ever wrote to the room, 0 for none.
ALTER TABLE rooms ADD COLUMN schema INTEGER NOT NULL DEFAULT 0;

-- Whose a client id is. Bindings are kept in the order they were made; the first of a client id holds.
CREATE TABLE owners (
  id INTEGER PRIMARY KEY,
  room INTEGER NOT NULL REFERENCES rooms,
  client INTEGER NOT NULL,
  author INTEGER NOT NULL REFERENCES authors,
  UNIQUE (room, client)
) STRICT;

-- One row about the whole. `clean`: 0 while a process uses the store, 1 after the last write of an orderly close.
-- `epoch`: of rooms that are not in the list of documents; drawn when a backup is brought back.
CREATE TABLE store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  clean INTEGER NOT NULL,
  epoch TEXT NOT NULL
) STRICT;

INSERT INTO store VALUES (1, 1, '');

-- Updates that could not stay in their log, or not enter it. Names are written out and nothing is referred to,
-- so that what is kept here does not depend on the health of the rest. `moved` is when.
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  room TEXT NOT NULL,
  position INTEGER NOT NULL,
  author TEXT NOT NULL,
  time INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  moved INTEGER NOT NULL
) STRICT;
