"""What tests share: databases, servers, small questionnaires, rounds made by hand. Imports no test."""
