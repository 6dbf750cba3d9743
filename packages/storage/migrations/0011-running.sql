-- `running`: for how many ms servers have used this store, counted by a clock that nobody sets, as far as it was noted.
-- `stock_refused`: clients that tell no epoch are let in when `running` has come to this.
ALTER TABLE store ADD COLUMN running INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN stock_refused INTEGER NOT NULL DEFAULT 0;

-- What has been in the trash for long enough: when it was put there, and `running` when that was first found.
CREATE TABLE due_purges (
  document TEXT PRIMARY KEY,
  deleted INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
