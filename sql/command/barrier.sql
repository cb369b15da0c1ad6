-- Waits for what earlier transactions left undone on other nodes; nothing on one PostgreSQL.
SELECT barrier();
