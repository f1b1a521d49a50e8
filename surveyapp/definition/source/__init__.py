"""A questionnaire's folder ↔ its model: YAML, PO catalogues, XLSForm, Word."""
