// page.js: what the tables of an audit's page can do: be filtered and sorted. It runs in any browser of the last ten years.
// SPDX-License-Identifier: MIT
(function () {
'use strict';
var order = new Intl.Collator(undefined, { numeric: true });
function list(nodes) { return Array.prototype.slice.call(nodes); }
function make(name, parent, text) {
	var e = document.createElement(name);
	if (text) e.textContent = text;
	parent.appendChild(e);
	return e;
}
function row(box) {
	var r = document.createElement('div');
	r.className = 'filter';
	box.parentNode.insertBefore(r, box);
	return r;
}
// ALL: how many there are, of which the page may have the first alone.
function filter(row, items, name, all) {
	var rest = all > items.length ? ', the first of ' + all : '';
	var input = make('input', make('label', row, 'Filter ' + name + ' ')), count = make('span', row);
	var texts = items.map(function (i) { return i.textContent.toLowerCase(); });
	input.type = 'search';
	count.className = 'dim';
	count.setAttribute('role', 'status');
	input.addEventListener('input', function () {
		var words = input.value.toLowerCase().split(/\s+/), shown = 0;
		items.forEach(function (item, i) {
			var there = words.every(function (w) { return texts[i].indexOf(w) >= 0; });
			item.classList.toggle('gone', !there);
			shown += there;
		});
		count.textContent = !input.value ? '' : (shown || 'none') + ' of ' + items.length + rest;
	});
}
function sort(table, column, up) {
	var heads = list(table.tHead.rows[0].cells), number = heads[column].className === 'num', body = table.tBodies[0];
	var rows = list(body.rows).map(function (r, i) { return { row: r, key: r.cells[column].textContent, at: i }; });
	rows.sort(function (a, b) {
		var d;
		if (!a.key !== !b.key) return a.key ? -1 : 1;
		d = number ? parseFloat(a.key) - parseFloat(b.key) : order.compare(a.key, b.key);
		return (up ? d : -d) || a.at - b.at;
	});
	heads.forEach(function (th) { th.removeAttribute('aria-sort'); });
	heads[column].setAttribute('aria-sort', up ? 'ascending' : 'descending');
	rows.forEach(function (r) { body.appendChild(r.row); });
}
function heads(table) {
	list(table.tHead.rows[0].cells).forEach(function (th, i) {
		var text = th.textContent, button;
		th.textContent = '';
		button = make('button', th, text);
		button.type = 'button';
		button.addEventListener('click', function () { sort(table, i, th.getAttribute('aria-sort') !== 'ascending'); });
	});
}
// On a phone each row is a block of lines and the heads are hidden, so one sorts by a list.
function sorter(row, table) {
	var label = make('label', row, 'Sort by '), select = make('select', label);
	label.className = 'sorter';
	make('option', select, 'order of the report').disabled = true;
	list(table.tHead.rows[0].cells).forEach(function (th) { make('option', select, th.textContent); });
	select.addEventListener('change', function () { sort(table, select.selectedIndex - 1, true); });
}
// There the cells are no table to the eye; for a screen reader they stay one.
function roles(table) {
	var names = list(table.tHead.rows[0].cells).map(function (th) { return th.textContent; });
	table.setAttribute('role', 'table');
	list(table.rows).forEach(function (r) {
		r.setAttribute('role', 'row');
		list(r.cells).forEach(function (c, i) {
			c.setAttribute('role', c.tagName === 'TH' ? 'columnheader' : 'cell');
			if (c.tagName === 'TD') c.setAttribute('data-label', names[i]);
		});
	});
}
list(document.querySelectorAll('table.sort')).forEach(function (table) {
	var count = table.tBodies[0].rows.length, tools;
	roles(table);
	if (count < 2) return;
	tools = row(table.parentNode);
	if (count > 5) filter(tools, list(table.tBodies[0].rows), table.getAttribute('data-name'), +table.getAttribute('data-all'));
	sorter(tools, table);
	heads(table);
});
list(document.querySelectorAll('div.hunks')).forEach(function (box) {
	if (box.children.length > 5) filter(row(box), list(box.children), 'changes', 0);
});
// One filter over all parts: a part in which anything is left unfolds, the others fold.
function everything(nav) {
	var tools = make('div', nav), input = make('input', make('label', tools, 'Filter everything ')), count = make('span', tools);
	var parts = list(document.querySelectorAll('details.part')).map(function (part) {
		return { part: part, open: part.open, items: list(part.querySelectorAll('tbody > tr, div.hunks > details')).map(function (item) {
			return { item: item, text: item.textContent.toLowerCase() };
		}) };
	});
	tools.className = 'filter';
	input.type = 'search';
	count.className = 'dim';
	count.setAttribute('role', 'status');
	input.addEventListener('input', function () {
		var words = input.value.toLowerCase().split(/\s+/), all = 0, shown = 0, where = 0;
		parts.forEach(function (p) {
			var here = 0;
			p.items.forEach(function (i) {
				var there = words.every(function (w) { return i.text.indexOf(w) >= 0; });
				i.item.classList.toggle('out', !there);
				here += there;
			});
			all += p.items.length;
			shown += here;
			where += here > 0;
			p.part.open = input.value ? here > 0 : p.open;
		});
		count.textContent = !input.value ? '' : (shown || 'none') + ' of ' + all + ' rows' + (shown ? ', in ' + where + (where > 1 ? ' parts' : ' part') : '');
	});
}
// Of many hosts one can be chosen: rows of the others go.
function hosts(nav) {
	var all = document.querySelector('table[data-name=hosts]'), tools, select, tables;
	function column(table) {
		return list(table.tHead.rows[0].cells).map(function (th) { return th.textContent; }).indexOf('host');
	}
	if (!all || !nav.hasAttribute('data-hosts')) return;
	tools = make('div', nav);
	tools.className = 'filter';
	select = make('select', make('label', tools, 'Host '));
	make('option', select, 'all hosts').value = '';
	list(all.tBodies[0].rows).forEach(function (r) {
		var name = r.cells[column(all)].textContent;
		make('option', select, name).value = name;
	});
	tables = list(document.querySelectorAll('table.sort')).map(function (table) { return { table: table, at: column(table) }; });
	select.addEventListener('change', function () {
		tables.forEach(function (t) {
			if (t.at >= 0) list(t.table.tBodies[0].rows).forEach(function (r) {
				r.classList.toggle('other', select.value !== '' && r.cells[t.at].textContent !== select.value);
			});
		});
	});
}
// A link to a part unfolds it.
function unfold() {
	var target = /^#[\w-]+$/.test(location.hash) && document.querySelector(location.hash + ' > details.part');
	if (target) target.open = true;
}
list(document.querySelectorAll('nav')).forEach(hosts);
list(document.querySelectorAll('nav')).forEach(everything);
window.addEventListener('hashchange', unfold);
list(document.querySelectorAll('nav a')).forEach(function (a) { a.addEventListener('click', function () { setTimeout(unfold); }); });
unfold();
var shut = [];
window.addEventListener('beforeprint', function () {
	shut = list(document.querySelectorAll('details:not([open])'));
	shut.forEach(function (d) { d.open = true; });
});
window.addEventListener('afterprint', function () { shut.forEach(function (d) { d.open = false; }); });
}());
