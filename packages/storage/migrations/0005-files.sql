-- The files of documents: pictures, films and whatever else was put into one. Their bytes lie elsewhere, under their
-- SHA-256. `due` is when it is next looked up whether the room still mentions the file, and `missed` is 1 when it
-- did not the last time, or was never asked. A file has the same id in every room it was copied to.
CREATE TABLE files (
  room TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  author TEXT NOT NULL,
  created INTEGER NOT NULL,
  due INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_hash ON files (hash);
CREATE INDEX files_by_due ON files (due);
