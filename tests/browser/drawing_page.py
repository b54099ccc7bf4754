"""The drawing page as a test handles it. Elements are found as the page's own modules find them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser import pen

TIMEOUT_S = 20

# Keeps the body of every request, those of previews apart, and answers in the server's place when a test
# says so.
WATCH_REQUESTS = """
window.sent = [];
window.previews = [];
const server = window.fetch.bind(window);
window.fetch = (url, options) => {
  const bodies = String(url).endsWith("/preview") ? window.previews : window.sent;
  if (options?.body) bodies.push(JSON.parse(options.body));
  return window.answerInstead ? window.answerInstead(url, options) : server(url, options);
};
"""
# Of a copy: reading the page's own canvas often would change how the browser keeps it.
COUNT_INK = """
const {width, height} = arguments[0];
const copy = new OffscreenCanvas(width, height).getContext("2d");
copy.drawImage(arguments[0], 0, 0);
const pixels = copy.getImageData(0, 0, width, height).data;
return pixels.filter((value, i) => i % 4 === 3 && value > 0).length / (width * height);
"""

IDENTIFY_PICTURE = """
const [data, done] = arguments;
const { url } = document.querySelector("[data-url]").dataset;
fetch(url, { method: "POST", body: JSON.stringify({ data }) }).then(() => done());
"""
HEIGHT = """
const dialog = document.querySelector("dialog:modal");
return Math.max(document.documentElement.scrollHeight, (dialog?.scrollHeight ?? 0) + 2 * 16);
"""
ANY_SPEED = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


class DrawingPage:
    def __init__(self, browser: Chrome, url: str) -> None:
        self.browser = browser
        self.url = url
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH_REQUESTS)

    def open(self, path: str = "/") -> None:
        self.browser.get(f"{self.url}{path}")

    def cdp(self, command: str, **parameters: Any) -> Any:
        return self.browser.execute_cdp_cmd(command, parameters)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def element(self, name: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, f"[data-{name}]")

    def text(self, name: str) -> str:
        return self.element(name).text

    def press(self, name: str) -> None:
        self.element(name).click()

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self.browser.switch_to.active_element.send_keys(*keys)

    def draw(self, strokes: list[pen.Stroke], kind: pen.Kind = "mouse", *, pressure: float = 0.5) -> None:
        pen.draw(self.browser, self.canvas_place(), strokes, kind, pressure=pressure)

    def canvas_place(self) -> dict[str, float]:
        """x, y and width of the canvas in the window."""
        script = "return arguments[0].getBoundingClientRect().toJSON()"
        return cast(dict[str, float], self.run(script, self.element("canvas")))

    def recognise(self) -> None:
        self.press("recognise")
        self.wait_for_result()

    def wait_for_result(self) -> None:
        self.wait_until(lambda: self.element("result").get_attribute("data-result") == "fresh")

    def rest(self) -> None:
        """Let longer pass than a pen rests before it is asked: the page's timers go off in order."""
        self.browser.execute_async_script("setTimeout(arguments[0], 500)")

    def wait_until(self, condition: Callable[[], Any]) -> None:
        WebDriverWait(self.browser, TIMEOUT_S, poll_frequency=0.05).until(lambda _: condition())

    def ink(self, canvas: str = "canvas") -> float:
        """Share of a canvas that shows ink, after the frame in which it is drawn."""
        self.browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")
        return cast(float, self.run(COUNT_INK, self.element(canvas)))

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all requests since the page was opened, previews apart."""
        return cast(list[dict[str, Any]], self.run("return window.sent"))

    def previews(self) -> list[dict[str, Any]]:
        """The bodies of all requests for a preview since the page was opened."""
        return cast(list[dict[str, Any]], self.run("return window.previews"))

    def wait_for_preview(self) -> None:
        self.wait_until(lambda: self.element("result").get_attribute("data-result") == "preview")

    def set_window(self, width_px: int, height_px: int, density: float = 1) -> None:
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width_px,
            height=height_px,
            deviceScaleFactor=density,
            mobile=False,
        )

    def height(self) -> int:
        """Pixels that the page needs to be in sight as a whole, or the dialog before it."""
        return cast(int, self.run(HEIGHT))

    def set_colour_scheme(self, scheme: str) -> None:
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def choose_language(self, code: str) -> None:
        self.follow(f"button[value='{code}']")

    def follow(self, selector: str) -> None:
        """Click on what leads to another page, and wait for it."""
        self.run("window.isOld = true")
        self.browser.find_element(By.CSS_SELECTOR, selector).click()
        self.wait_until(lambda: self.run("return !window.isOld && document.readyState === 'complete'"))

    def open_newest(self) -> None:
        """Go to the page of the drawing that this visitor had recognised last."""
        self.open("/history/")
        self.follow(".drawings a")

    def identify_picture(self, data: str) -> None:
        """Have a picture recognised that comes without its strokes, as this visitor."""
        self.browser.execute_async_script(IDENTIFY_PICTURE, data)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """No connection until the block ends. Chromium notes the failed requests, which are meant."""
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=True, **ANY_SPEED)
        yield
        self.cdp("Network.emulateNetworkConditions", offline=False, **ANY_SPEED)
        self.forgive_console()

    def forgive_console(self) -> None:
        """For tests that break the connection on purpose: Chromium itself notes every failed request."""
        self.browser.get_log("browser")


UNDO = Keys.CONTROL + "z"
