-- Where a large state is cut for those who come in, worked out when it was folded. NULL: before this was kept.
ALTER TABLE bases ADD COLUMN cuts BLOB;
