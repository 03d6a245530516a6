"""The pages here are put to the checker by test_conditions.py; they are no tests of their own."""

collect_ignore_glob = ["*.py"]
