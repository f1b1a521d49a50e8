"""Letters, reminders and bounces."""
