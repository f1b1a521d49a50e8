"""How it is handed out: tables → workbook. openpyxl stands in this room alone."""
