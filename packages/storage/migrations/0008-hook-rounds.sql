-- When the hooks of an owner are next told something: those of all owners take turns. `guest` is 1 for owners without an
-- account. A row may be early, never late.
CREATE TABLE hook_turns (
  owner TEXT PRIMARY KEY,
  guest INTEGER NOT NULL,
  due INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX hook_turns_by_due ON hook_turns (guest, due);
CREATE INDEX hooks_by_owner ON hooks (owner);
CREATE INDEX deliveries_waiting ON deliveries (hook, due) WHERE due IS NOT NULL;

INSERT INTO hook_turns
  SELECT owner, substr(owner, 1, 1) NOT IN ('@', '~'), min(due)
  FROM deliveries JOIN hooks ON hooks.id = deliveries.hook WHERE due IS NOT NULL GROUP BY owner;

CREATE TRIGGER delivery_waits AFTER INSERT ON deliveries WHEN NEW.due IS NOT NULL BEGIN
  INSERT INTO hook_turns SELECT owner, substr(owner, 1, 1) NOT IN ('@', '~'), NEW.due FROM hooks WHERE id = NEW.hook
    ON CONFLICT DO UPDATE SET due = min(due, excluded.due);
END;

-- A guest signs in: what the hooks are still to be told is told in the account's turn.
CREATE TRIGGER hook_moves AFTER UPDATE OF owner ON hooks BEGIN
  INSERT INTO hook_turns SELECT NEW.owner, substr(NEW.owner, 1, 1) NOT IN ('@', '~'), min(due)
    FROM deliveries WHERE hook = NEW.id AND due IS NOT NULL HAVING min(due) IS NOT NULL
    ON CONFLICT DO UPDATE SET due = min(due, excluded.due);
END;
