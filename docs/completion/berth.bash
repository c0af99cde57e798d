# bash completion for berth: it asks berth itself, so it never knows less than the programs do.
# SPDX-License-Identifier: MIT

# What option $2 takes, as the help $1 says it: FILE, or words with bars between them. $3: whether it is written with a =.
_berth_value() {
	local place="....$2"
	[[ $2 == -? ]] && place="$2, --[a-z-]*"
	sed -n "s/^  $place \([^ ][^ ]*\).*/\1/p${3:+; s/^  $place\[=\([^]]*\)\].*/\1/p}" <<<"$1"
}

_berth() {
	local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} joined='' tool='' tools help value='' word i
	tools=$(berth --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)   *[a-z].*/\1/p')
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		[[ " ${tools//$'\n'/ } " == *" $word "* ]] && { tool=$word; break; }
	done
	if [[ $cur == = ]]; then
		cur='' joined=1
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]} joined=1
	fi
	if [[ -n $tool ]]; then
		help=$(berth "$tool" --help 2>/dev/null)
		[[ $option == -* ]] && value=$(_berth_value "$help" "$option" "$joined")
	fi
	if [[ -z $tool ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$tools help --help --version -C" -- "$cur")
	elif [[ $value == *'|'* || $value == [[:lower:]]* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${value//|/ }" -- "$cur")
	elif [[ $value == DIR ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	elif [[ -z $value && $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "--help --version $(sed -n 's/^  ....\(--[a-z][a-z-]*\).*/\1/p' <<<"$help")" -- "$cur")
	elif [[ -z $value && $tool == report ]]; then
		mapfile -t COMPREPLY < <(compgen -W "all $(berth report --list --format csv </dev/null 2>/dev/null |
			sed '1d; s/,.*//')" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -o bashdefault -F _berth berth
