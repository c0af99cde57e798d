#!/usr/bin/env python3
"""browser: the page of an audit in headless Chromium: hostile names stay text, tables sort and filter by mouse and by keyboard, it
fits a phone, its colours can be told apart in light and dark, it is all there on paper, axe-core finds nothing. TAP; skipped where there is no Chromium.
The browser is spoken to over a pipe (its DevTools protocol), so the page runs as it is, its policy included.
--shots FOLDER keeps pictures to look at. The programs are those of $BERTH_BIN (default: bin)."""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BERTH = os.path.join(os.path.abspath(os.environ.get("BERTH_BIN") or os.path.join(TOP, "bin")), "berth")
EVIL = "<img src=x onerror=alert(1)>\"'&<script>alert(2)<"      # a folder's name: no slash, and so no end tag
TEXT = "\"'></td></script><script>alert(3)</script><b>\u202etxt.exe"
count = 0


def test(name, wrong):
    global count
    count += 1
    print(f"{'not ok' if wrong else 'ok'} {count} - {name}", flush=True)
    for line in str(wrong).splitlines()[:20] if wrong else []:
        print("# " + line)


class Browser:
    def __init__(self, program):
        self.home = tempfile.mkdtemp(prefix="browser")
        down, self.out = os.pipe()
        self.inp, up = os.pipe()

        def wire():     # the browser reads descriptor 3 and writes descriptor 4
            a, b = os.dup(down), os.dup(up)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={self.home}", "--remote-debugging-pipe"],
            preexec_fn=wire, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(down)
        os.close(up)
        self.left, self.number, self.events, self.session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def message(self):
        while b"\0" not in self.left:
            got = os.read(self.inp, 1 << 20)
            if not got:
                raise EOFError("the browser ended")
            self.left += got
        text, self.left = self.left.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        ask = {"id": self.number, "method": method, "params": params}
        if self.session:
            ask["sessionId"] = self.session
        os.write(self.out, json.dumps(ask).encode() + b"\0")
        while True:
            m = self.message()
            if m.get("id") == self.number:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]
            self.note(m)

    def note(self, m):
        self.events.append(m)
        if m.get("method") == "Page.javascriptDialogOpening":   # it would wait for ever
            self.number += 1
            os.write(self.out, json.dumps({"id": self.number, "sessionId": self.session, "method": "Page.handleJavaScriptDialog",
                                           "params": {"accept": True}}).encode() + b"\0")

    def open(self, path):
        """Until it is loaded, its images and whatever they ran included, and has been drawn."""
        self.events = []
        self.call("Page.navigate", url="file://" + path)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.note(self.message())
        self.ask("new Promise(function (done) { requestAnimationFrame(function () { setTimeout(done, 0); }); })")

    def ask(self, expression):
        r = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in r:
            raise RuntimeError(r["exceptionDetails"]["exception"].get("description"))
        return r["result"].get("value")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)

    def media(self, media="", scheme="light"):
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def key(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **({"text": text} if text and kind == "keyDown" else {}))

    def close(self):
        try:
            self.call("Browser.close")
        except (EOFError, OSError, RuntimeError):
            pass
        self.process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)


def berth(root, command):
    subprocess.run(["sh", "-c", command], cwd=root, env={"PATH": os.path.dirname(BERTH) + ":/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lay_out(root):
    """Pages of the six-app fleet before and after its migration, of none, and of one where every name is hostile."""
    shutil.copytree(os.path.join(TOP, "fixtures/fleets/six/fleet"), f"{root}/apps")
    berth(root, "for host in h1 h2; do berth scan -q --host-name $host apps; done | berth report --format html >hosts.html")
    for i, name in enumerate((EVIL, "\u202emoc.evil\u202c", "x" * 255, "plain")):
        os.makedirs(f"{root}/hostile/{name}")
        with open(f"{root}/hostile/{name}/compose.yaml", "w", encoding="utf-8") as f:
            f.write("services:\n  web:\n    image: a\n    container_name: same\n    environment:\n      A: " + json.dumps("http://localhost:5003 " + TEXT) +
                    f"\n    ports: ['5003:80', '{5100 + i}:81']\n")
    with open(f"{root}/hostile/plain/.env", "wb") as f:
        f.write(b"A=\xff\xfe<script>alert(4)</script>\n")
    os.makedirs(os.path.join(os.fsencode(root), b"hostile", b"bytes\xff\xfe<i>"))
    with open(os.path.join(os.fsencode(root), b"hostile", b"bytes\xff\xfe<i>", b"compose.yaml"), "w") as f:
        f.write("services: {a: {image: '<b>', ports: [\"${X:-</script>}\"]}}\n")
    subprocess.run([os.path.join(TOP, "tests/fleet.sh"), f"{root}/many", "300"], check=True, capture_output=True)
    berth(root, "berth scan -q many | berth report -f html > many.html")
    os.mkdir(f"{root}/none")
    berth(root, "berth scan -q apps | berth report -f html > before.html; berth migrate -q --no-host-check --yes apps; berth report -f html > after.html; "
                "berth scan -q --allow-empty none | berth report -f html > none.html; "
                "berth scan -q hostile | berth report -f html > hostile.html; berth migrate -q --db h.db --no-host-check --yes hostile; berth report --db h.db -f html > changed.html")


ERRORS = ("Runtime.exceptionThrown", "Page.javascriptDialogOpening")


def went_wrong(b):
    """Errors of scripts, of the policy, dialogs, and whatever was fetched beside the page."""
    said = [json.dumps(e["params"])[:300] for e in b.events if e["method"] in ERRORS or
            (e["method"] == "Log.entryAdded" and e["params"]["entry"]["level"] == "error")]
    asked = [e["params"]["request"]["url"] for e in b.events if e["method"] == "Network.requestWillBeSent"]
    return "\n".join(said + asked[1:])


CONTRAST = """(function () {
    function rgb(c) { var m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m; }
    function light(c) {
        var v = c.slice(0, 3).map(function (x) { x /= 255; return x <= .03928 ? x / 12.92 : Math.pow((x + .055) / 1.055, 2.4); });
        return .2126 * v[0] + .7152 * v[1] + .0722 * v[2];
    }
    function ground(e) { for (; e; e = e.parentElement) { var c = rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; }
    var poor = {}, walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        var e = walk.currentNode.parentElement, s = getComputedStyle(e);
        if (!walk.currentNode.textContent.trim() || /^(SCRIPT|STYLE|title|desc|OPTION)$/.test(e.tagName)) continue;
        var a = light(rgb(e.ownerSVGElement ? s.fill : s.color)), g = light(ground(e));
        var ratio = (Math.max(a, g) + .05) / (Math.min(a, g) + .05);
        if (ratio < 4.5) poor[e.tagName + '.' + e.className + ' ' + ratio.toFixed(2)] = 1;
    }
    return Object.keys(poor).join('\\n');
}())"""
LEVELS = """(function () {
    var was = 0, wrong = [];
    document.querySelectorAll('h1,h2,h3,h4').forEach(function (h) {
        var level = +h.tagName[1];
        if (level > was + 1) wrong.push(h.tagName + ' ' + h.textContent);
        was = level;
    });
    return wrong.join('\\n');
}())"""


def check_hostile(b, root):
    for name in ("hostile", "changed"):
        b.open(f"{root}/{name}.html")
        test(f"{name}: no name runs, nothing is fetched, no script fails", went_wrong(b))
        found = b.ask("document.querySelectorAll('img,b,i,iframe,object').length + ' ' + document.scripts.length + ' ' + document.title.indexOf('Ports and names')")
        test(f"{name}: no name becomes an element", "" if found == "0 1 0" else found)
        test(f"{name}: they are shown as they are", "" if b.ask(f"document.body.textContent.indexOf({json.dumps(EVIL)}) > 0") else "not found")
    test("turns of the reading direction are written out", "" if not b.ask(r"/[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.textContent)") else "one is left")


def check_tables(b, root):
    b.size(1200, 900)
    b.open(f"{root}/before.html")
    shut = b.ask("document.querySelectorAll('details.part').length * 100 + document.querySelectorAll('details.part[open]').length")
    test("parts are folded, but for the short one that says what is wrong", "" if shut // 100 > 8 and shut % 100 <= 2 and b.ask("document.querySelector('#conflicts > details').open") else shut)
    test("each says how much it holds", "" if b.ask("document.querySelector('#conflicts > details > summary').textContent + ' ' + document.querySelector('nav').textContent").split()[:8] == "21 rows summary port map conflicts 21 accepted".split() else b.ask("document.querySelector('nav').textContent"))
    b.ask("document.querySelector('nav a[href=\"#ports\"]').click()")
    test("a link to a part unfolds it", "" if b.ask("new Promise(function (done) { setTimeout(function () { done(document.querySelector('#ports > details').open); }, 50); })") else "it is folded")
    first = "document.querySelector('#ports tbody').rows[0].cells[0].textContent"
    state = f"document.querySelector('#ports th').getAttribute('aria-sort') + ' ' + {first}"
    b.ask("document.querySelector('#ports th button').click()")
    up = b.ask(state)
    b.ask("document.querySelector('#ports th button').focus()")
    b.key("Enter", 13, "\r")
    test("a click on a head sorts, Enter the other way", "" if (up, b.ask(state)) == ("ascending 5000", "descending 8007") else f"{up}, {b.ask(state)}")
    b.ask("document.querySelector('#conflicts input').focus()")
    b.call("Input.insertText", text="APP2 project")
    seen = b.ask("Array.from(document.querySelectorAll('#conflicts tbody tr')).filter(function (r) { return r.offsetHeight; }).length + ' ' + document.querySelector('#conflicts [role=status]').textContent")
    test("words filter a table, and how many are left is said", "" if seen == "1 1 of 21" else seen)
    b.call("Input.insertText", text=" nowhere")
    seen = b.ask("document.querySelector('#conflicts [role=status]').textContent")
    test("and that none is", "" if seen == "none of 21" else seen)
    b.open(f"{root}/before.html")
    b.ask("document.querySelector('nav input').focus()")
    b.call("Input.insertText", text="openai app3 frontend")
    seen = b.ask("document.querySelector('nav [role=status]').textContent + ' ' + Array.from(document.querySelectorAll('details.part[open]')).map(function (d) { return d.parentNode.id; }).join(' ')")
    test("the filter over everything says how many of how many, and unfolds where they are", "" if " of " in seen and " rows, in " in seen and "ports" in seen and "map" not in seen else seen)
    b.open(f"{root}/after.html")
    b.ask("document.querySelector('#changes > details').open = true")
    b.ask("document.querySelector('#changes input').focus()")
    b.call("Input.insertText", text="openai app2")
    seen = b.ask("Array.from(document.querySelectorAll('.hunks > details')).filter(function (d) { return d.offsetHeight; }).length")
    test("and the changes", "" if seen == 1 else seen)
    test("after a migration the conflicts before it are there", "" if b.ask("document.querySelectorAll('#conflicts details table tbody tr').length") == 21 else "not 21")
    test("no script fails", went_wrong(b))


def check_reading(b, root):
    b.size(1200, 900)
    for name in ("before", "after", "none"):
        b.open(f"{root}/{name}.html")
        test(f"{name}: headings skip no level, one main, one nav", b.ask(LEVELS) or ("" if b.ask("document.querySelectorAll('main').length * 10 + document.querySelectorAll('nav').length") == 11 else "landmarks"))
        for scheme in ("light", "dark"):
            b.media(scheme=scheme)
            test(f"{name}: every text can be told from its ground, {scheme}", b.ask(CONTRAST))
        b.media()
    b.open(f"{root}/before.html")
    b.key("Tab", 9)
    test("the first Tab comes to a link past the sections, in sight", "" if b.ask("document.activeElement.getAttribute('href') === '#main' && document.activeElement.getBoundingClientRect().left >= 0") else "no")
    b.ask("document.querySelector('#map > details').open = true")
    tree = b.call("Accessibility.getFullAXTree")["nodes"]
    images = [(n.get("name", {}).get("value", ""), n.get("description", {}).get("value", "")) for n in tree if n.get("role", {}).get("value") in ("image", "img", "graphics-document")]
    test("a screen reader is told what the map shows", "" if any(name == "As the files have it now" and "by more than one" in text for name, text in images) else images or "no image")


# What stands on the first screen, without its folds: each text with the place of its lower edge.
FIRST = """JSON.stringify(Array.from(document.querySelectorAll('#summary .words p, #summary .words li, #conflicts h2')).map(function (e) {
    return [e.textContent, e.getBoundingClientRect().bottom]; }))"""


def check_first_screen(b, root):
    """Of three hundred apps that clash, without a scroll: how many, over what, and where the rows are."""
    for width, height in ((1280, 800), (390, 844)):
        b.size(width, height)
        b.open(f"{root}/many.html")
        seen = [text for text, bottom in json.loads(b.ask(FIRST)) if bottom < height]
        test(f"300 apps, {width} wide: the first screen says what is wrong and where that is told", "" if any("apps publish" in t for t in seen)
             and any(re.search("conflict: \\d+ times over a host port, \\d+ times over a container name", t) for t in seen) and "both claim" in seen[-1] else seen)
    b.ask("document.querySelector('nav a[href=\"#conflicts\"]').click()")
    test("a link there leads to the rows, and from them one back", "" if b.ask("document.querySelector('#conflicts > details').open && !!document.querySelector('#conflicts a[href=\"#top\"]')") else "no way back")


def check_hosts(b, root):
    """The page of two hosts, of which one can be chosen."""
    b.size(1200, 900)
    b.open(f"{root}/hosts.html")
    rows = "Array.prototype.filter.call(document.querySelectorAll('#%s tbody tr'), function (r) { return getComputedStyle(r).display !== 'none'; }).length"
    choose = "(function () { var s = document.querySelector('nav select'); s.value = '%s'; s.dispatchEvent(new Event('change')); }())"
    b.ask("Array.prototype.forEach.call(document.querySelectorAll('details'), function (d) { d.open = true; })")
    counts = lambda: " ".join(str(b.ask(rows % part)) for part in ("hosts", "conflicts", "placement"))
    all_of = counts()
    b.ask(choose % "h2")
    one = counts()
    b.ask(choose % "")
    test("of many hosts one can be chosen, and all again", "" if (all_of, one, counts()) == ("2 42 12", "1 21 6", "2 42 12") else f"{all_of}, {one}, {counts()}")
    test("their page has no errors and skips no heading", b.ask(LEVELS) or "".join(str(e) for e in b.events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"))[:300])


def check_phone_and_paper(b, root, pages):
    b.size(390, 800)
    for name in pages:
        b.open(f"{root}/{name}.html")
        test(f"{name}: fits a phone", "" if b.ask("document.documentElement.scrollWidth") <= 390 else b.ask("document.documentElement.scrollWidth"))
    b.open(f"{root}/before.html")
    b.ask("(function () { var s = document.querySelector('#ports select'); s.value = 'app'; s.dispatchEvent(new Event('change')); }())")
    got = b.ask("getComputedStyle(document.querySelector('#ports thead')).display + ' ' + (document.querySelector('#ports select').offsetHeight > 0) + ' ' + document.querySelector('#ports tbody').rows[0].cells[4].textContent")
    test("on a phone a list sorts in the heads' stead", "" if got == "none true anthropic_claude-4.5-haiku-20251001/app1" else got)
    roles = b.ask("document.querySelectorAll('#ports tr[role=row] > [role=cell]').length === document.querySelectorAll('#ports td').length && document.querySelector('#ports table').getAttribute('role')")
    test("and it stays a table to a screen reader", "" if roles == "table" else roles)
    b.size(1200, 900)
    b.open(f"{root}/after.html")
    b.media("print")
    test("on paper the map and its legend keep their colours", "" if b.ask("Array.from(document.querySelectorAll('.map,.key')).every(function (e) { return getComputedStyle(e).printColorAdjust === 'exact'; })") else "no")
    b.media()
    test("no text shows the marks of another page's prose", "" if b.ask("document.querySelector('main').textContent.indexOf('`')") < 0 else "a backtick")
    before = b.ask("document.querySelectorAll('details[open]').length")
    b.ask("window.printed = 0, window.addEventListener('beforeprint', function () { window.printed = document.querySelectorAll('details:not([open])').length + 1; })")
    paper = base64.b64decode(b.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    after = b.ask("document.querySelectorAll('details[open]').length")
    test("on paper everything is unfolded, and folded again after it", "" if paper[:4] == b"%PDF" and b.ask("window.printed") == 1 and before == after else f"{b.ask('window.printed')} {before} {after}")


def find_axe():
    """axe-core, where it was installed (npm install -g axe-core, or here; $BERTH_AXE names axe.min.js)."""
    places = [os.environ.get("BERTH_AXE", ""), f"{TOP}/node_modules/axe-core/axe.min.js", "/usr/share/javascript/axe-core/axe.min.js"]
    if shutil.which("npm"):
        p = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True)
        places.append(p.stdout.strip() + "/axe-core/axe.min.js")
    return next((p for p in places if p and os.path.isfile(p)), None)


AXE = """axe.run(document, {resultTypes: ['violations']}).then(function (r) {
    return r.violations.map(function (v) {
        return v.id + ' (' + v.impact + '): ' + v.help + '\\n    ' + v.nodes.slice(0, 3).map(function (n) { return n.html.slice(0, 150); }).join('\\n    ');
    }).join('\\n');
})"""


def check_axe(b, root, pages):
    """axe-core's rules of WCAG and of good practice, folded and unfolded, wide and on a phone, in both colour schemes."""
    path = find_axe()
    if not path:
        test("axe-core # SKIP it is not installed (npm install -g axe-core)", "")
        return
    with open(path, encoding="utf-8") as f:
        source = f.read()
    for name in pages:
        for width, scheme in ((1280, "light"), (390, "dark")):
            b.size(width, 900)
            b.media(scheme=scheme)
            b.open(f"{root}/{name}.html")
            b.ask(source + "; 0")
            folded = b.ask(AXE)
            b.ask("document.querySelectorAll('details').forEach(function (d) { d.open = true; }); 0")
            test(f"{name}: axe-core finds nothing, {width} wide, {scheme}", folded + b.ask(AXE))
    b.media()


def take_shots(b, root, folder, pages):
    os.makedirs(folder, exist_ok=True)
    for name in pages:
        for what, width, media, scheme in (("desktop", 1280, "", "light"), ("dark", 1280, "", "dark"), ("phone", 390, "", "light"), ("paper", 794, "print", "light")):
            b.size(width, 900)
            b.media(media, scheme)
            b.open(f"{root}/{name}.html")
            height = min(b.ask("document.documentElement.scrollHeight"), 6000)
            b.size(width, height)
            with open(f"{folder}/{name}-{what}.png", "wb") as f:
                f.write(base64.b64decode(b.call("Page.captureScreenshot", format="png")["data"]))
    b.media()


def main():
    program = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome")) if p), None)
    if not program:
        print("1..0 # SKIP no Chromium here")
        return 0
    root = tempfile.mkdtemp(prefix="page")
    b = None
    try:
        lay_out(root)
        pages = ("before", "after", "none", "hostile", "changed", "hosts")
        b = Browser(program)
        check_hostile(b, root)
        check_tables(b, root)
        check_reading(b, root)
        check_first_screen(b, root)
        check_hosts(b, root)
        check_phone_and_paper(b, root, pages)
        check_axe(b, root, pages)
        if len(sys.argv) == 3 and sys.argv[1] == "--shots":
            take_shots(b, root, sys.argv[2], pages)
    finally:
        if b:
            b.close()
        shutil.rmtree(os.fsencode(root), ignore_errors=True)
    print(f"1..{count}")
    return 0


sys.exit(main())
