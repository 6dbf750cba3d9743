-- What anyone with the address of a document may do in it: 'none', 'view', 'comment' or 'edit'; and whether those who
-- may only read may copy and export it. A document without a row is from before this: 'edit', and copying is allowed.
CREATE TABLE access (
  document TEXT PRIMARY KEY,
  general TEXT NOT NULL,
  copying INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Roles given to somebody: an identity, or 'mailto:' and the address of somebody who has not signed in yet. `link` is
-- the role link that gave it, and '' for what was given by name: they end separately.
CREATE TABLE grants (
  document TEXT NOT NULL,
  who TEXT NOT NULL,
  link TEXT NOT NULL,
  role TEXT NOT NULL,
  giver TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (document, who, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_who ON grants (who, document);

-- Role links. The token itself is nowhere: `hash` is its SHA-256. Times are ms since 1970; NULL is never or any number.
CREATE TABLE links (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  role TEXT NOT NULL,
  giver TEXT NOT NULL,
  made INTEGER NOT NULL,
  expires INTEGER,
  most INTEGER,
  password TEXT,
  uses INTEGER NOT NULL DEFAULT 0,
  used INTEGER,
  revoked INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_document ON links (document, made);

-- Who asks to be let in.
CREATE TABLE requests (
  document TEXT NOT NULL,
  identity TEXT NOT NULL,
  role TEXT NOT NULL,
  message TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (document, identity)
) STRICT, WITHOUT ROWID;

-- What a document is to somebody: when they opened it last (NULL: never), and how they keep it.
CREATE TABLE shelf (
  identity TEXT NOT NULL,
  document TEXT NOT NULL,
  opened INTEGER,
  starred INTEGER NOT NULL DEFAULT 0,
  folder TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (identity, document)
) STRICT, WITHOUT ROWID;

CREATE INDEX shelf_by_document ON shelf (document, opened);

-- People with an account. `password` is an encoded Argon2id hash, NULL for those who sign in elsewhere. An address is
-- verified when whoever vouches for it is trusted with that.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  verified INTEGER NOT NULL,
  password TEXT,
  made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How an account is called by the provider it signs in with.
CREATE TABLE subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES accounts,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Who is signed in where. The cookie's token is nowhere: `hash` is its SHA-256.
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  made INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_account ON sessions (account, seen);

-- Guests who have signed in: what they wrote and made is the account's, and their cookie is worth nothing.
CREATE TABLE became (
  guest TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts
) STRICT, WITHOUT ROWID;

-- Keys for programs that act for somebody.
CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  identity TEXT NOT NULL,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,
  made INTEGER NOT NULL,
  used INTEGER
) STRICT, WITHOUT ROWID;

-- Who did what, when and from where.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  deed TEXT NOT NULL,
  document TEXT,
  address TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_document ON audit (document, id);
CREATE INDEX audit_by_who ON audit (who, id);

-- Addresses that are told of what happens to the documents of their owner, and what they were or are to be told.
CREATE TABLE hooks (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  events TEXT NOT NULL,
  made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  hook TEXT NOT NULL REFERENCES hooks ON DELETE CASCADE,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  made INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due INTEGER,
  status TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
CREATE INDEX deliveries_by_hook ON deliveries (hook, id);

-- The words of each document, and of which position of its log they are.
CREATE TABLE indexed (
  id INTEGER PRIMARY KEY,
  document TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 2');
