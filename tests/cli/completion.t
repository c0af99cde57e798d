#!/bin/sh
# completion: bash and zsh offer the tools, each tool's options, their values and the reports, as berth itself names them.
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/lib.sh"
mkdir folder && touch findings.csv

# bash_offers WORD WORDS…: completing the last of WORDS offers WORD. A = is a word of its own, as bash parts them.
bash_offers() {
	want=$1
	shift
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _berth; printf "%s\n" "${COMPREPLY[@]}"' \
	    "$TOP/docs/completion/berth.bash" "$@" >offered 2>err </dev/null
	cat offered err
	grep -qx -e "$want" offered && [ ! -s err ]
}
bash_withholds() { ! bash_offers "$@" && [ -s offered ] && [ ! -s err ]; }

# A real zsh with its completion system types each line of the file `lines`, with a tab, into `made`. It is started once: to take
# stock of its completions takes it seconds.
# Control-T begins no other key, which zsh would wait for.
cat >typed.zsh <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PS2=; fpath=(${(q)1} \$fpath); cd ${(q)PWD}; autoload -Uz compinit; compinit -D -u"
zpty -w shell 'unsetopt beep auto_list; show() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; bindkey "^T" show; bindkey "^I" complete-word; print rea''dy'
zpty -r shell said '*ready*'
while IFS= read -r line; do
	zpty -n -w shell "$line"$'\t\x14'
	zpty -r shell said '*<<*>>*'
	said=${said##*<<}
	print -r -- "${said%%>>*}"
done <lines >made
zpty -d shell
END
# zsh_completes LINE RESULT: of LINE RESULT was made.
zsh_completes() {
	awk -v line="$1" 'NR == FNR { if ($0 == line) at = FNR; next } FNR == at' lines made >one
	cat err
	is one "$2"
}

if command -v bash >/dev/null; then
	check "bash: a tool" bash_offers scan berth sc
	check "bash: every tool" bash_offers migrate berth ''
	check "bash: help" bash_offers help berth he
	check "bash: a tool's option" bash_offers --layout berth scan --
	check "bash: behind -C" bash_offers --undo berth -C x apply --u
	check "bash: an option whose help names another" bash_offers --rewrite-mentions berth plan --re
	check "bash: and not that other" bash_withholds --mentions berth plan --
	check "bash: a report" bash_offers conflicts berth report con
	check "bash: all of them" bash_offers all berth report a
	check "bash: a format" bash_offers gcc berth report --format g
	check "bash: by its letter" bash_offers html berth report -f h
	check "bash: behind =" bash_offers json berth report --format = js
	check "bash: right behind =" bash_offers table berth report --format =
	check "bash: when there is colour" bash_offers never berth report --color n
	check "bash: the container port" bash_offers follow berth plan --container-port f
	check "bash: of migrate as well" bash_offers leave berth migrate --container-port ''
	check "bash: a patch" bash_offers patch berth apply --dry-run = p
	check "bash: which is no word of its own" bash_withholds patch berth apply --dry-run ''
	check "bash: a file" bash_offers findings.csv berth report --findings f
	check "bash: a folder" bash_offers folder berth report --out f
	check "bash: and no file for it" bash_withholds findings.csv berth report --out f
else
	check "bash # SKIP it is not here" true
fi
if command -v zsh >/dev/null && zsh -fc 'zmodload zsh/zpty' 2>/dev/null; then
	sed -n "s/^\tcheck \"zsh: .*zsh_completes '\([^']*\)' .*/\1/p" "$TOP/tests/cli/completion.t" >lines
	TERM=dumb zsh -f typed.zsh "$TOP/docs/completion" >err 2>&1 </dev/null
	check "zsh: a tool" zsh_completes 'berth sc' 'berth scan '
	check "zsh: help" zsh_completes 'berth he' 'berth help '
	check "zsh: berth's own option" zsh_completes 'berth --v' 'berth --version '
	check "zsh: a tool's option" zsh_completes 'berth scan --lay' 'berth scan --layout '
	check "zsh: behind -C" zsh_completes 'berth -C folder apply --und' 'berth -C folder apply --undo '
	check "zsh: an option whose help names another" zsh_completes 'berth plan --rew' 'berth plan --rewrite-mentions '
	check "zsh: a report" zsh_completes 'berth report confl' 'berth report conflicts '
	check "zsh: a format" zsh_completes 'berth report --format g' 'berth report --format gcc '
	check "zsh: by its letter" zsh_completes 'berth report -f h' 'berth report -f html '
	check "zsh: behind =" zsh_completes 'berth report --format=js' 'berth report --format=json '
	check "zsh: when there is colour" zsh_completes 'berth report --color n' 'berth report --color never '
	check "zsh: the container port" zsh_completes 'berth plan --container-port f' 'berth plan --container-port follow '
	check "zsh: of migrate as well" zsh_completes 'berth migrate --container-port l' 'berth migrate --container-port leave '
	check "zsh: a patch" zsh_completes 'berth apply --dry-run=p' 'berth apply --dry-run=patch '
	check "zsh: which is no word of its own" zsh_completes 'berth apply --dry-run p' 'berth apply --dry-run p'
	check "zsh: a file" zsh_completes 'berth report --findings fi' 'berth report --findings findings.csv '
	check "zsh: a folder" zsh_completes 'berth report --out f' 'berth report --out folder/'
else
	check "zsh # SKIP it is not here" true
fi
done_testing
