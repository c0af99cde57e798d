#!/bin/sh
# install: where make install puts everything, and what make uninstall takes away again.
# SPDX-License-Identifier: MIT
#
# usage: tools/install.sh install|uninstall BIN
# From the environment: PREFIX (absolute), DESTDIR, ZSHDIR (zsh's completions; PREFIX/share/zsh/site-functions where it is not
# set). Folders that had to be made are noted in share/berth/folders, as they are below DESTDIR: uninstalling removes those
# that are empty by then, and no other one.
set -eu
LC_ALL=C
export LC_ALL
usage() {
	echo "usage: PREFIX=/usr/local tools/install.sh install|uninstall BIN" >&2
	exit 2
}
[ $# = 2 ] || usage
bin=$2
stage=${DESTDIR:-}
case ${PREFIX:-} in /*) ;; *) echo "install: PREFIX is an absolute path, not '${PREFIX:-}'" >&2; exit 2 ;; esac
to=$stage$PREFIX
plugin=$to/libexec/docker/cli-plugins/docker-berth
notes=$to/share/berth/folders
umask 022

# Each file: mode, where it is, where it goes.
files() {
	echo "755 $bin/berth $to/bin/berth"
	for f in tools/*.c; do
		name=${f#tools/}
		case ${name%.c} in tool | berth) ;; *) echo "755 $bin/${name%.c} $to/libexec/berth/${name%.c}" ;; esac
	done
	for f in reports/*.sql; do
		echo "644 $f $to/share/berth/$f"
	done
	echo "644 docs/duckdb.sql $to/share/berth/duckdb.sql"
	for f in docs/man/*.[0-9] build/man/*.[0-9]; do
		echo "644 $f $to/share/man/man${f##*.}/${f##*/}"
	done
	echo "644 docs/completion/berth.bash $to/share/bash-completion/completions/berth"
	echo "644 docs/completion/_berth $stage${ZSHDIR:-$PREFIX/share/zsh/site-functions}/_berth"
}

# Makes the folder $1 and those above it; what is new from DESTDIR down is said.
make_folder() {
	[ ! -d "$1" ] || return 0
	make_folder "$(dirname "$1")"
	mkdir "$1"
	case $1/ in "$stage"/*) printf '%s\n' "${1#"$stage"}/" ;; esac
}

case $1 in
install)
	new=$(make_folder "${notes%/*}")
	[ -z "$new" ] || printf '%s\n' "$new" >>"$notes"
	{ files | while read -r mode from target; do dirname "$target"; done; dirname "$plugin"; } |
	while IFS= read -r folder; do
		make_folder "$folder" >>"$notes"
	done
	files | while read -r mode from target; do
		install -m "$mode" "$from" "$target"
	done
	ln -sf ../../../bin/berth "$plugin" ;;
uninstall)
	files | while read -r mode from target; do
		rm -f "$target"
	done
	rm -f "$plugin"
	[ -f "$notes" ] || exit 0
	folders=$(sort -ru "$notes")
	rm -f "$notes"
	printf '%s\n' "$folders" | while IFS= read -r folder; do
		rmdir "$stage$folder" 2>/dev/null || true	# it holds what somebody else put there, or is gone
	done ;;
*)
	usage ;;
esac
