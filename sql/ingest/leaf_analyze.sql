-- The planner's statistics of a leaf, or of the staging table, that has grown. Without them it takes
-- the rows of a new date for none, and goes through them again and again.
SELECT analyze_leaf(:'leaf');
