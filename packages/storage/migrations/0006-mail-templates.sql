-- Mails that are to be sent. Those that hold a secret never stand here.
CREATE TABLE mails (
  id INTEGER PRIMARY KEY,
  letter TEXT NOT NULL,
  made INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL
) STRICT;

CREATE INDEX mails_by_due ON mails (due);

-- Sign-in links that were mailed and not used. The token itself is nowhere: `hash` is its SHA-256.
CREATE TABLE passes (
  hash TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passes_by_expiry ON passes (expires);

-- Documents that others begin with.
CREATE TABLE templates (document TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Documents that were changed lately, and when hooks are told of it if they are left alone until then.
CREATE TABLE changing (
  document TEXT PRIMARY KEY,
  due INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX changing_by_due ON changing (due);
CREATE INDEX links_by_expiry ON links (expires) WHERE expires IS NOT NULL AND revoked IS NULL;
