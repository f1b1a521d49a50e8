"""Run by the system's own Python, which has LibreOffice's `uno`: opens a file, types into cells, saves it.

edit_in_libreoffice.py SOFFICE PROFILE SOURCE TARGET EDITS — EDITS is JSON: [[sheet, cell, text or number], …]
"""

import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

PIPE = "surveyapp"


def value(name, content):
    found = PropertyValue()
    found.Name, found.Value = name, content
    return found


def desktop():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not answer")


def main(soffice, profile, source, target, edits):
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation=file://{profile}"]
    office = subprocess.Popen([*command, f"--accept=pipe,name={PIPE};urp"])
    try:
        book = desktop().loadComponentFromURL(f"file://{source}", "_blank", 0, (value("Hidden", True),))
        if book is None:
            raise SystemExit("LibreOffice could not open the file")
        for sheet, cell, content in json.loads(edits):
            place = book.Sheets.getByName(sheet).getCellRangeByName(cell)
            if isinstance(content, str):
                place.setFormula(content)  # as if it were typed
            else:
                place.setValue(content)
        book.storeToURL(f"file://{target}", (value("FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
    finally:
        office.terminate()
        office.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])
