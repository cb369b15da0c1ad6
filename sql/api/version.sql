-- Which state the data is in; see data_state.
SELECT version FROM data_state();
