#!/bin/sh
# report-page: the page of an audit: whole, safe whatever a fleet is called, and the folder and comparison beside it.
# SPDX-License-Identifier: MIT
LC_ALL=C
export LC_ALL
unset BERTH_DB BERTH_REPORTS NO_COLOR COLUMNS
bin=$(cd "${BERTH_BIN:-bin}" && pwd) || exit 1
report=$bin/report
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0

ok() {
	status=$?
	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# err: /' err
	fi
}

run() {
	want=$1
	shift
	"$@" > out 2> err
	got=$?
	[ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}

errs() {
	[ "$(wc -l < err)" -eq 1 ] && grep -qF -- "$1" err
}

# Findings of a fleet whose every text is hostile.
cat > stream.py <<'EOF'
import csv, sys
evil = "<img src=x onerror=alert(1)>\"'&</script></style><b>\x1b[31m\u202e"
columns = "record model app_num app service role host_port container_port protocol value origin variable file line column offset length detail chain".split()
out = csv.writer(sys.stdout, lineterminator="\n")
rows = []
def row(record, **more):
    rows.append([record] + [more.get(c, "") for c in columns[1:]])
def app(model, backend, frontend, name):
    folder = model + "/app1"
    own = dict(model=model, app_num=1, app=folder)
    row("app", value=folder, **own)
    for service, port in (("backend", backend), ("frontend", frontend)):
        row("port", service=service, role=service, host_port=port, container_port=80, protocol="tcp", origin="env",
            variable="PORT", value="x", file=folder + "/.env", line=3, column=2, offset=5, length=4, chain="c " + name, **own)
    row("name", service="backend", value=name + "_backend", origin="literal", file=folder + "/compose.yaml", line=1, column=1,
        offset=0, length=3, **own)
    row("project", value=name, detail="db,cache", **own)
    row("volume", value=name + "_data", variable="data", **own)
hostile = sys.argv[1] == "hostile"
row("fleet", value="/srv/" + (evil if hostile else "apps"), detail="berth 0.1.0 stream 1")
app(evil if hostile else "a_m", 5003, 8003, evil if hostile else "one")
if sys.argv[1] == "after":
    app("b_m", 5005, 8005, "two")
    app("c_m", 5007, 8007, "three")
else:
    app("b_m", 5003, 8003, evil if hostile else "one")
if hostile:
    row("gap", model="b_m", app_num=1, app="b_m/app1", value=evil)
row("end", value=len(rows))
sys.stdout.reconfigure(encoding="utf-8")
out.writerow(columns)
out.writerows(rows)
EOF
python3 stream.py before > before.csv
python3 stream.py after > after.csv
python3 stream.py hostile > hostile.csv

# What a page must be: each tag closed, ids once, links within, nothing from the network, no text that became a tag, the policy's
# digests those of its style and script.
cat > check.py <<'EOF'
import base64, hashlib, html.parser, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
void = {"meta", "input", "br", "wbr", "rect", "path"}
known = void | set("html head title style body a header h1 h2 h3 p nav ul li main section div span details summary figure figcaption "
    "table thead tbody tr th td code pre del ins footer script svg text desc g".split())
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.policy = [], [], [], None
    def handle_starttag(self, tag, attrs):
        assert tag in known, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "style", "srcset", "action"), (tag, name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag == "meta" and ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"]
        if tag not in void:
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
    def handle_endtag(self, tag):
        assert tag == self.open.pop(), (tag, self.open)
page = Page()
page.feed(text)
page.close()
assert not page.open, page.open
assert len(set(page.ids)) == len(page.ids), page.ids
assert all(l[0] == "#" and l[1:] in page.ids for l in page.links), page.links
for tag in ("style", "script"):
    inside, = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S)
    digest = "sha256-" + base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    assert f"{tag}-src '{digest}'" in page.policy, f"{tag}-src should be {digest}"
assert "default-src 'none'" in page.policy
assert not re.search("https?:|url\\(|@import|//[a-z]", text)
assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text)
for word in sys.argv[2:]:
    assert word in text, word
EOF
checks() {
	python3 check.py "$@" 2> err
}

run 1 "$report" -f html < before.csv && mv out page.html && checks page.html 'id="summary"' 'id="map"' 'id="conflicts"' \
    '2 apps publish 4 host ports.' '2 times over a host port' 'class="clash"' '5003: 5003/tcp a_m/app1 backend'
ok 'the page of a stream with conflicts: whole, exit 1'
run 0 "$report" -f html < after.csv && mv out page.html && checks page.html 'No two of them conflict' && ! grep -q '<g class="clash"' page.html
ok 'and of one without: exit 0'
run 1 "$report" -f html < hostile.csv && mv out page.html && checks page.html '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;'
ok 'hostile names are text'
run 1 "$report" conflicts -f html < hostile.csv && mv out page.html && checks page.html 'id="conflicts"'
ok 'a page of one report'
if command -v chromium > /dev/null; then
	cat >> page.html <<-'EOF'
	<script>document.title = "hostile script ran";</script>
	EOF
	timeout 60 chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
	    --disable-component-update --disable-sync --user-data-dir="$dir/chromium" --dump-dom "file://$dir/page.html" > dom 2> err
	grep -q 'class="filter"' dom; dynamic=$?
	grep -q '<th scope="col"[^>]*><button type="button">kind</button>' dom && ! grep -q '<title>hostile' dom
	ok 'in a browser: its own script runs, another does not'
	[ $dynamic -eq 0 ] || [ "$(grep -c '<tr>' dom)" -lt 7 ]
	ok 'and long tables get a filter'
fi

if command -v chromium > /dev/null; then
	# Without its policy, so that a driver may click and type.
	run 0 "$report" ports -f html < after.csv
	sed '/Content-Security-Policy/d' out > driven.html
	cat >> driven.html <<-'EOF'
	<script>
	(function () {
		function first() { return document.querySelector('tbody').rows[0].cells[0].textContent; }
		var th = document.querySelector('th'), input = document.querySelector('input'), said = [];
		th.firstChild.click();
		said.push(th.getAttribute('aria-sort'), first());
		th.firstChild.click();
		said.push(th.getAttribute('aria-sort'), first());
		if (input) {
			input.value = 'B_M frontend';
			input.dispatchEvent(new Event('input'));
			said.push(document.querySelectorAll('tbody tr:not(.gone)').length);
		}
		document.title = said.join(' ');
	}());
	</script>
	EOF
	timeout 60 chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
	    --disable-component-update --disable-sync --user-data-dir="$dir/chromium" --dump-dom "file://$dir/driven.html" > dom 2> err
	grep -q '<title>ascending 5003 descending 8007 1<' dom
	ok 'a click sorts a table, a second the other way; words filter it'
fi

# Of a fleet of any size: a thousand rows of a table, and how many there are.
awk 'NR == 1 { head = $0; print } NR == 2 { print } NR > 2 && /^port,/ && !n { n = 1; for (i = 0; i < 2500; i++) print } NR > 2 && !/^end/ && !/^port,/' \
    before.csv > many.csv
run 0 "$report" --partial ports -f html < many.csv && mv out page.html && checks page.html 'The first 150 of 2500 rows.' && [ "$(grep -c '^<tr>' page.html)" -eq 150 ]
ok 'a long table is cut, and says so'

# A fleet of ten thousand apps: an app of the stream above, as often, with ports and names that clash and such that do not.
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print } NR == 2 { print } $2 == "a_m" { of[++n] = $0 } END {
    for (a = 1; a <= 10000; a++)
        for (i = 1; i <= n; i++) {
            $0 = of[i]
            $at["app_num"] = a
            if ($1 == "app" || $1 == "project")
                $at["value"] = $1 == "app" ? "a_m/app" a : "one" a % 5000
            if ($1 == "port")
                $at["host_port"] = 1024 + (a * 7 + i) % 60000
            $at["app"] = "a_m/app" a
            if ($at["file"] != "")
                $at["file"] = "a_m/app" a "/compose.yaml"
            print
        }
    }' before.csv > thousands.csv
run 1 "$report" --partial -f html < thousands.csv && checks out '10000 apps publish 20000 host ports' '10000 of them conflict' && [ "$(wc -c < out)" -lt 1000000 ] &&
	[ "$(grep -o '<[a-z]' out | wc -l)" -lt 30000 ]
ok 'the page of ten thousand apps is under 1 MB, of fewer than 30,000 elements'

run 1 "$report" all --out audit < before.csv && errs 'wrote' && [ ! -s out ] && for f in conflicts ports names projects volumes \
    allocations problems summary; do
	[ -s audit/$f.csv ] || echo $f
done > missing && [ ! -s missing ] && checks audit/index.html && [ ! -e audit/drift.csv ] && [ ! -e audit/difference.csv ]
ok 'all --out: a CSV of each report that can be had, and the page'
ls -A audit | grep -q '^\.'
[ $? -ne 0 ]
ok 'no file is left half written'
run 0 "$report" all -q --out audit < after.csv && [ ! -s err ] && [ "$(wc -l < audit/conflicts.csv)" -eq 1 ]
ok 'again into the same folder: replaced'
run 1 "$report" all --out safe --spreadsheet-safe < hostile.csv && python3 -c '
import csv
assert not [c for f in ("names", "ports") for r in csv.reader(open("safe/%s.csv" % f)) for c in r if c[:1] in "=+-@" and c]'
ok 'all --spreadsheet-safe'
touch file
run 2 "$report" all --out file < after.csv && errs 'file: cannot open the folder'
ok 'a file where the folder should be: exit 2'
run 2 "$report" all < after.csv && errs 'report all --out DIR'
ok 'all without a folder: exit 2'

run 0 "$report" difference before.csv after.csv < /dev/null && [ "$(grep -c '^gone,' out)" -eq 10 ] && ! grep -q '^new,' out
ok 'difference: what is gone, exit 0'
run 1 "$report" difference after.csv before.csv < /dev/null && [ "$(grep -c '^new,' out)" -eq 10 ] &&
    grep -q '^new,port,5003/tcp,a_m,1,a_m/app1,backend,' out
ok 'difference: what is new, exit 1'
run 0 "$report" difference before.csv - < before.csv && [ "$(wc -l < out)" -eq 1 ]
ok 'difference: the same, one of them on standard input'
run 0 "$report" difference -f table before.csv before.csv < /dev/null && head -n 1 out | grep -q '^The same conflicts$'
ok 'difference: said in words'
run 2 "$report" difference before.csv nowhere.csv < /dev/null && errs 'nowhere.csv: no such file of findings'
ok 'difference: a file that is not there: exit 2'
run 2 "$report" difference found now < /dev/null && errs 'no such database'
ok 'difference: moments without a database: exit 2'
mkdir -p apps/a apps/b && printf 'name: s\nservices:\n  w:\n    image: x\n    volumes: ["v:/data"]\nvolumes: {v: }\n' | tee apps/a/compose.yaml > apps/b/compose.yaml &&
    "$bin/scan" apps 2> err | "$bin/plan" --no-host-check -q --db r.db > plan.csv 2> err &&
    run 0 "$report" rebuild -f html --db r.db < /dev/null && tr '\n' ' ' < out | grep -q '<pre class="commands" tabindex="0"><code>berth cutover --only [^<]*&amp;&amp; docker compose [^<]*</code></pre>' &&
    ! grep -q '<p class="dim">berth cutover' out
ok 'commands to copy are code'
run 2 "$report" difference before.csv < /dev/null && errs 'report difference A B'
ok 'difference of one: exit 2'
echo "1..$n"
