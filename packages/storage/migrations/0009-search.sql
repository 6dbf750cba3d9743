-- What is searched of each document, in the place of a full-text index: a search looks at the documents of one person
-- only, so it costs what these hold and nothing that others wrote. `heading` and `words` hold each distinct word of the
-- title and of the text once, as `searchTextOf` writes them. A search that finds nothing reads no `body`.
CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  heading TEXT NOT NULL,
  words TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

INSERT INTO texts SELECT rowid, heading_words(title), body_words(substr(body, 1, 500000)), title, substr(body, 1, 500000)
  FROM words;
DROP TABLE words;
