SELECT as_of, run_id, version FROM data_state();
