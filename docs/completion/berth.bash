# bash completion for berth: it asks berth itself, so it never knows less than the programs do.
# SPDX-License-Identifier: MIT

_berth() {
	local cur=${COMP_WORDS[COMP_CWORD]} tool='' tools word i
	tools=$(berth --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)   *[a-z].*/\1/p')
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		[[ " ${tools//$'\n'/ } " == *" $word "* ]] && { tool=$word; break; }
	done
	if [[ -z $tool ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$tools help --help --version -C" -- "$cur")
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "--help --version $(berth "$tool" --help 2>/dev/null |
			sed -n 's/^  .*\(--[a-z][a-z-]*\).*/\1/p')" -- "$cur")
	elif [[ $tool == report ]]; then
		mapfile -t COMPREPLY < <(compgen -W "all $(berth report --list --format csv </dev/null 2>/dev/null |
			sed '1d; s/,.*//')" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -o bashdefault -F _berth berth
