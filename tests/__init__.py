import sys

if "pytest" in sys.modules:  # parts of it run as programs of their own
    sys.modules["pytest"].register_assert_rewrite("tests.world")
