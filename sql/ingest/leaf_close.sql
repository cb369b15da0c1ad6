-- Gives how many rows went because an earlier one has their key.
SELECT leaf_close(:'leaf') AS twins;
