"""axe-core in the page, by the driver: the page's Content Security Policy stays as it is."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import cast

from selenium.webdriver import Chrome

from tests.conftest import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

BARE = "html:not(:has([rel=stylesheet]))"
"""The pages of errors that stand alone."""


@dataclass(frozen=True)
class Explained:
    """What axe-core leaves to a person to decide, and why it is right. Never what it objects to."""

    rule: str
    selector: str
    reason: str


EXPLAINED = (
    Explained("hidden-content", "*", "What one state of a page hides, another one of the screens shows."),
    Explained(
        "color-contrast",
        "[data-step-back], [data-step-on], [data-inspection-close], .help kbd, .labelling kbd",
        "An arrow is a sign, in the colours of every button: tests/js/contrast.test.mjs holds them.",
    ),
    Explained(
        "label-content-name-mismatch",
        "[data-step-back], [data-step-on], [data-inspection-close]",
        "An arrow or a cross is no word.",
    ),
    Explained(
        "color-contrast",
        "[data-probability-curves] text, .figures text",
        "Letters of a plot, in the colours of the page's text; what lies behind them is drawn apart from it.",
    ),
    Explained(
        "color-contrast",
        f"{BARE} main > *",
        "The browser's own text on its own canvas, which axe-core takes for white in the dark, too.",
    ),
    Explained("css-orientation-lock", BARE, "Without a style sheet nothing is locked."),
    Explained(
        "color-contrast",
        ".addlink, .changelink, .viewlink",
        "Django's own: a picture beside the word, which has the colour of all links, on the page's.",
    ),
    Explained(
        "color-contrast",
        "#content-related :is(h2, h3, p)",
        "Django's own: a column that floats. Its text has 5.4:1 and more against it in both schemes.",
    ),
)
# Rules that are experimental, or off unless asked for, are asked for too.
RUN = """
const [tags, explained, done] = arguments;
const rules = axe.getRules(tags).map((rule) => rule.ruleId);
const isExplained = (rule, node) => explained.some((each) =>
  each.rule === rule.id && document.querySelector(node.target[0]).matches(each.selector));
const told = (kind, rule, node) => `${kind}: ${rule.id}: ${node.target.join(" ")}: ` +
  [...node.any, ...node.all, ...node.none].map(({ message }) => message).join(" ");
Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  .then(() => axe.run(document, { runOnly: { type: "rule", values: rules } }))
  .then((results) => done(["violations", "incomplete"].flatMap((kind) => results[kind].flatMap((rule) =>
    rule.nodes
      .filter((node) => kind === "violations" || !isExplained(rule, node))
      .map((node) => told(kind, rule, node))))));
"""


def findings(browser: Chrome) -> list[str]:
    """What axe-core objects to on the page as it is, and what it cannot decide and nobody has explained."""
    if not browser.execute_script("return 'axe' in window"):
        browser.execute_script(_source())
    explained = [asdict(each) for each in EXPLAINED]
    return cast(list[str], browser.execute_async_script(RUN, TAGS, explained))


@cache
def _source() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()
