-- Without statistics the planner takes the staged rows for a few, and looks each one up in the key.
SELECT analyze_leaf('stage');
