"""The pages of the daemon in a real Chromium: inside.py PROGRAM FOLDER, in a network namespace of its own.

The rules of axe-core (WCAG 2.2 A and AA, and its best practices) hold on every page, in light and in dark, wide and
narrow. Two things are checked otherwise: that a page renews itself (the rule meta-refresh) is permitted by WCAG 2.2.1
since it can be stopped, and axe-core cannot look into the picture of the map. Pictures of the pages go to FOLDER.
"""
import importlib.util
import json
import os
import pathlib
import sys

import scenes
from chromium import Chromium
from scenes import ADDRESS

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
package = importlib.util.find_spec("axe_core_python")
AXE = package and (pathlib.Path(package.submodule_search_locations[0]) / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MISSING = "/targets/missing"
failures = []


def check(is_right, words):
    print(("ok      " if is_right else "FAILED  ") + words, flush=True)
    if not is_right:
        failures.append(words)


def axe(browser, place, ignored=()):
    """The page keeps the rules of axe-core."""
    if not AXE:
        print(f"skipped {place}: axe-core is not installed")
        return
    browser.value(AXE + "; true")
    rules = {rule: {"enabled": False} for rule in ignored}
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "rules": rules})
    found = browser.value(f"axe.run(document, {options}).then(r => ({{violations: r.violations.map(v => [v.id,"
                          " v.nodes.map(n => n.html.slice(0, 160) + ' | ' + n.any.map(a => a.message).join('; '))"
                          ".slice(0, 3)]), unsure: r.incomplete.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160) + ' | ' +"
                          " n.any.map(a => a.message).join('; ')).slice(0, 3)]), passes: r.passes.length}))")
    check(not found["violations"] and found["passes"] > 10, f"{place}: axe-core {found['violations'] or ''}")
    check(not found["unsure"], f"{place}: axe-core leaves nothing undecided {found['unsure'] or ''}")


def shown(browser, selector):
    """Whether an element is within the window without scrolling."""
    return browser.value(f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                         " return b.top >= 0 && b.bottom <= innerHeight && b.right <= innerWidth })()")


def looks(browser, path, name, light_only=False):
    """A page in every form: no sideways scrolling, accessible."""
    for label, width, height, dark in [("light", 1366, 768, False), ("dark", 1366, 768, True), ("narrow", 390, 844, False),
                                       ("narrow-dark", 390, 844, True)]:
        browser.screen(width, height, dark)
        browser.open(ADDRESS + path)
        place = f"{name}, {label}"
        check(browser.value("document.documentElement.scrollWidth <= innerWidth"), f"{place}: no sideways scrolling")
        axe(browser, place, ignored=["meta-refresh"])
        browser.picture(folder / f"{name}-{label}.png")
        browser.picture(folder / f"{name}-{label}-whole.png", whole=True)
    browser.screen(1366, 768)


def contrast(browser, place):
    """The edges that carry a severity have a contrast of 3:1 at least, and so have the borders of the fields."""
    found = browser.value("""(() => {
      const light = c => { const v = c.map(x => { x /= 255; return x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4 });
        return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] };
      const rgb = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
      const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
        if (!/, 0\\)$/.test(c)) return rgb(c) } return [255, 255, 255] };
      const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05) };
      const edges = [['.targets tbody th', 'borderLeftColor'], ['.card', 'borderLeftColor'], ['.events li', 'borderLeftColor'],
        ['.tiles li', 'borderTopColor'], ['input,select,button', 'borderTopColor']];
      return Math.min(...edges.flatMap(([selector, side]) => [...document.querySelectorAll(selector)].map(e =>
        ratio(rgb(getComputedStyle(e)[side]), back(e.parentElement)))));
    })()""")
    check(found >= 3, f"{place}: contrast of edges {found:.2f}")


def incident(browser):
    looks(browser, "/", "incident")
    looks(browser, "/targets/127.0.0.1:50010", "target")
    for dark in [False, True]:
        browser.screen(1366, 768, dark)
        browser.open(ADDRESS + "/")
        contrast(browser, f"incident, {'dark' if dark else 'light'}")
    browser.screen(1366, 650)  # a window of 768 lines without the browser's own
    browser.open(ADDRESS + "/")
    check(shown(browser, ".now .card:first-of-type .steps"), "the most severe port and its steps need no scrolling")
    host = os.uname().nodename
    check(host in browser.value("document.title") and browser.value("document.querySelector('h1').innerText") == host,
          "the host is in the title and in the head")

    browser.click(".now .steps code")
    selected = browser.value("getSelection().toString()")
    check(selected == browser.value("document.querySelector('.now .steps code').innerText") and " " in selected,
          f"one click selects a step: {selected}")

    # The form, by the keyboard alone.
    browser.open(ADDRESS + "/?sort=name&refresh=false")
    browser.value("document.querySelector('input[type=search]').focus()")
    browser.call("Input.insertText", text="HDFS")
    browser.following(lambda: browser.key("Enter"))
    rows = browser.value("[...document.querySelectorAll('.targets tbody th small')].map(e => e.innerText)")
    check(sorted(set(rows)) == ["hdfs-datanode", "hdfs-http", "hdfs-ipc"] and rows == sorted(rows), f"the search keeps the order: {rows}")
    check("refresh=false" in browser.value("location.search"), "the form keeps that the page is not renewed")
    browser.value("document.querySelector('select[name=verdict]').value = 'self-connected'")
    browser.following(lambda: browser.click("form button"))
    check(browser.value("document.querySelectorAll('.targets tbody tr').length") == 1, "search and verdict together")
    browser.following(lambda: browser.click("form a"))
    check(browser.value("document.querySelectorAll('.targets tbody tr').length") >= 8, "all are shown again")

    # Without the renewal every rule holds, that against it included.
    axe(browser, "not renewed")
    browser.following(lambda: browser.click(".fresh a"))
    check(browser.value("document.querySelector('meta[http-equiv=refresh]').content") == "30", "the renewal is back")
    browser.following(lambda: browser.click(".targets tbody a"))
    check(browser.value("location.pathname").startswith("/targets/"), "a port leads to its page")
    browser.following(lambda: browser.click(".brand a"))
    check(browser.value("location.pathname") == "/", "and back")


def renewal(browser):
    """The renewal keeps the position and the query."""
    browser.screen(1366, 650)
    browser.open(ADDRESS + "/?sort=port")
    browser.value("scrollTo(0, 300); window.isOld = true")
    browser.forget("Page.loadEventFired")
    browser.wait("Page.loadEventFired", timeout=90)
    check(browser.value("window.isOld") is None, "the page has renewed itself")
    place = browser.value("[scrollY, location.search]")
    check(place == [300, "?sort=port"], f"it has kept its place: {place}")


def lines(browser):
    """An event is one line, and is shown whole when its time is clicked."""
    browser.screen(1366, 650)
    browser.open(ADDRESS + "/?refresh=false")
    heights = browser.value("[...document.querySelectorAll('.events li')].map(e => e.offsetHeight)")
    check(max(heights) < 40, f"an event is one line: {max(heights)} pixels")
    browser.click(".events li:last-child > a")
    browser.click(".events li:nth-last-child(2) > a")
    check(browser.value("(e => e.scrollWidth <= e.offsetWidth)(document.querySelector('li:target span'))"),
          "its time shows the whole text")


def crowd(browser):
    looks(browser, "/", "crowd")
    size = len(scenes.get("/", 60, "text/html")[1])
    check(size < 100_000, f"2,000 targets: {size} octets")
    browser.screen(1366, 650)
    browser.open(ADDRESS + "/?refresh=false&sort=port")
    ports = []
    while True:
        ports += browser.value("[...document.querySelectorAll('.targets tbody th code')].map(e => e.innerText)")
        following = browser.value("[...document.querySelectorAll('.paging a')].findIndex(e => e.innerText === 'Next')")
        if following < 0:
            break
        browser.following(lambda: browser.value(f"document.querySelectorAll('.paging a')[{following}].click()"))
    check(len(ports) == len(set(ports)) >= 2000, f"every port is reached: {len(set(ports))}")


def hostile(browser):
    dialogs = []
    looks(browser, "/", "hostile")
    looks(browser, "/targets/127.0.0.1:50010", "hostile-target")
    dialogs += [event for event in browser.events if event["method"] == "Page.javascriptDialogOpening"]
    check(not dialogs, "no script runs")
    check(browser.value("document.querySelectorAll('script, main b i, main svg, img[onerror]').length") == 0,
          "no name becomes an element")


def calm(browser):
    looks(browser, "/", "calm")
    check(browser.value("document.querySelectorAll('.now').length") == 0, "nothing is wrong now")


def errors(browser):
    """The page of an error leads to the status page, from any depth."""
    looks(browser, MISSING, "error")
    browser.following(lambda: browser.click("main a"))
    check(browser.value("location.pathname") == "/", "the page of an error leads to the status page")


folder.mkdir(parents=True, exist_ok=True)
for scene, tests in [(scenes.calm, [calm, errors]), (scenes.incident, [incident, lines, renewal]), (scenes.crowd, [crowd]),
                     (scenes.hostile, [hostile])]:
    if len(sys.argv) > 3 and scene.__name__ not in sys.argv[3:]:
        continue
    running = scene(program)
    browser = Chromium()
    try:
        for test in tests:
            test(browser)
        loaded = {event["params"]["request"]["url"].split("/")[2] for event in browser.events
                  if event["method"] == "Network.requestWillBeSent" and "//" in event["params"]["request"]["url"]}
        check(loaded <= {"127.0.0.1:9293"}, f"{scene.__name__}: only this server is asked: {loaded}")
        complaints = [event["params"]["entry"]["text"] for event in browser.events
                      if event["method"] == "Log.entryAdded"
                      and not event["params"]["entry"].get("url", "").endswith(("favicon.ico", MISSING))]
        check(not complaints, f"{scene.__name__}: the browser has nothing to say {complaints or ''}")
    finally:
        browser.close()
        running.close()
if failures:
    sys.exit("FAILED:\n" + "\n".join(failures))
if not AXE:
    print("skipped: the rules of axe-core, because it is not installed; only the other checks hold")
else:
    print("all checks hold")
print(f"the pictures are in {folder}")
