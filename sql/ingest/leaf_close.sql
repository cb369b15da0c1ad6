SELECT leaf_close(:'leaf');
