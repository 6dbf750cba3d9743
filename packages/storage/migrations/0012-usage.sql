-- How many bytes are stored, kept by the database itself so that no way of storing or deleting forgets it: of each room
-- (what is in the journal counts when it is moved), of each person, and of all together. Files count for who brought
-- them; text, history and 4096 bytes for each document count for its owner until it is purged.
ALTER TABLE rooms ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE usage (
  owner TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE total_usage (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL
) STRICT;

UPDATE files SET author = (SELECT account FROM became WHERE guest = author)
  WHERE author IN (SELECT guest FROM became);

CREATE INDEX files_by_author ON files (author);

UPDATE rooms SET bytes =
  coalesce((SELECT sum(length(bytes)) FROM updates WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(bytes)) FROM runs WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(state)) FROM bases WHERE room = rooms.id), 0)
  + coalesce((SELECT sum(length(bytes)) FROM history WHERE room = rooms.id), 0);

INSERT INTO usage SELECT owner, sum(bytes) FROM (
    SELECT author AS owner, size AS bytes FROM files
    UNION ALL
    SELECT owner, 4096 FROM documents WHERE owner <> ''
    UNION ALL
    SELECT owner, bytes FROM rooms JOIN documents ON documents.id = substr(name, 1, instr(name || '/', '/') - 1)
      WHERE owner <> ''
  ) GROUP BY owner;

INSERT INTO total_usage VALUES (1,
  (SELECT coalesce(sum(bytes), 0) FROM rooms) + (SELECT coalesce(sum(size), 0) FROM files)
  + (SELECT 4096 * count(*) FROM documents WHERE owner <> ''));

-- Smaller updates are many: whoever moves or deletes them counts them together.
CREATE TRIGGER updates_come AFTER INSERT ON updates WHEN length(NEW.bytes) > 1024 BEGIN
  UPDATE rooms SET bytes = bytes + length(NEW.bytes) WHERE id = NEW.room;
END;
CREATE TRIGGER updates_go AFTER DELETE ON updates WHEN length(OLD.bytes) > 1024 BEGIN
  UPDATE rooms SET bytes = bytes - length(OLD.bytes) WHERE id = OLD.room;
END;
CREATE TRIGGER runs_come AFTER INSERT ON runs BEGIN
  UPDATE rooms SET bytes = bytes + length(NEW.bytes) WHERE id = NEW.room;
END;
CREATE TRIGGER runs_go AFTER DELETE ON runs BEGIN
  UPDATE rooms SET bytes = bytes - length(OLD.bytes) WHERE id = OLD.room;
END;
CREATE TRIGGER history_comes AFTER INSERT ON history BEGIN
  UPDATE rooms SET bytes = bytes + length(NEW.bytes) WHERE id = NEW.room;
END;
CREATE TRIGGER history_goes AFTER DELETE ON history BEGIN
  UPDATE rooms SET bytes = bytes - length(OLD.bytes) WHERE id = OLD.room;
END;
-- A base takes the place of the one before, which fires no trigger of its own.
CREATE TRIGGER bases_come BEFORE INSERT ON bases BEGIN
  UPDATE rooms SET bytes = bytes + length(NEW.state)
    - coalesce((SELECT length(state) FROM bases WHERE room = NEW.room), 0) WHERE id = NEW.room;
END;
CREATE TRIGGER bases_go AFTER DELETE ON bases BEGIN
  UPDATE rooms SET bytes = bytes - length(OLD.state) WHERE id = OLD.room;
END;

CREATE TRIGGER rooms_change AFTER UPDATE OF bytes ON rooms WHEN NEW.bytes <> OLD.bytes BEGIN
  UPDATE total_usage SET bytes = bytes + NEW.bytes - OLD.bytes;
  UPDATE usage SET bytes = bytes + NEW.bytes - OLD.bytes WHERE owner =
    (SELECT owner FROM documents WHERE id = substr(NEW.name, 1, instr(NEW.name || '/', '/') - 1));
END;

CREATE TRIGGER documents_come AFTER INSERT ON documents WHEN NEW.owner <> '' BEGIN
  UPDATE total_usage SET bytes = bytes + 4096;
  INSERT INTO usage VALUES (NEW.owner, 4096 + (SELECT coalesce(sum(bytes), 0) FROM rooms
      WHERE name = NEW.id OR (name > NEW.id || '/' AND name < NEW.id || '0')))
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER documents_move AFTER UPDATE OF owner ON documents WHEN NEW.owner <> OLD.owner BEGIN
  UPDATE total_usage SET bytes = bytes - 4096 WHERE NEW.owner = '';
  UPDATE usage SET bytes = bytes - 4096 - (SELECT coalesce(sum(bytes), 0) FROM rooms
      WHERE name = NEW.id OR (name > NEW.id || '/' AND name < NEW.id || '0'))
    WHERE owner = OLD.owner;
  INSERT INTO usage SELECT NEW.owner, 4096 + (SELECT coalesce(sum(bytes), 0) FROM rooms
      WHERE name = NEW.id OR (name > NEW.id || '/' AND name < NEW.id || '0'))
    WHERE NEW.owner <> ''
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER files_come AFTER INSERT ON files BEGIN
  UPDATE total_usage SET bytes = bytes + NEW.size;
  INSERT INTO usage VALUES (NEW.author, NEW.size) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER files_go AFTER DELETE ON files BEGIN
  UPDATE total_usage SET bytes = bytes - OLD.size;
  UPDATE usage SET bytes = bytes - OLD.size WHERE owner = OLD.author;
END;
CREATE TRIGGER files_move AFTER UPDATE OF author ON files WHEN NEW.author <> OLD.author BEGIN
  UPDATE usage SET bytes = bytes - OLD.size WHERE owner = OLD.author;
  INSERT INTO usage VALUES (NEW.author, NEW.size) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
