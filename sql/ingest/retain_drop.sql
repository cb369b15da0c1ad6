SELECT leaf_drop(:'leaf');
