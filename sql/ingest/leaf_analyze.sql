SELECT analyze_leaf(:'leaf');
