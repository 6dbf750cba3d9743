-- True for an update that no table takes, kept here when it was found in a batch: its room has its structs without their
-- content, and tells whoever comes back with one of its client ids.
ALTER TABLE quarantine ADD COLUMN unfit INTEGER NOT NULL DEFAULT 0;

CREATE INDEX quarantine_unfit ON quarantine (room) WHERE unfit = 1;
