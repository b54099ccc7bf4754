"""Chromium reports a violation of the Content Security Policy, and the site writes it into its log."""

import time

from selenium.webdriver import Chrome

from tests.conftest import Site

INLINE = """
const script = document.createElement("script");
script.textContent = "document.title = 'changed'";
document.body.append(script);
"""


def test_a_violation_is_a_line_of_the_log(browser: Chrome, site: Site) -> None:
    browser.get(f"{site.url}/history/?before=SECRET")
    title = browser.title
    browser.execute_script(INLINE)
    assert browser.title == title
    assert "Content Security Policy" in browser.get_log("browser")[0]["message"]
    line = "'script-src-elem' blocked 'inline' on '/history', by line '"
    deadline = time.monotonic() + 30
    while line not in site.log.read_text():
        assert time.monotonic() < deadline, site.log.read_text()
        time.sleep(0.2)
