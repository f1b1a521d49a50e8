"""What is kept: models, and the only code that reads or writes them. Everything needs an application context."""
