"""Studies of students under real budgets: each is counted as C before it is trained, by Optuna's samplers."""
