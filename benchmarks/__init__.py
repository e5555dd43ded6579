"""Budgets, judged beside a calibration kernel timed in the same run. Plain scripts: python -m benchmarks.NAME."""
